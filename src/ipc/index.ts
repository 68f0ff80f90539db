export { type Calls, type CallRequest, createCalls } from './calls.ts';
export {
  type Channel,
  type ChannelLimits,
  type ChannelListener,
  type ChannelTraffic,
  defaultChannelLimits,
  type Json,
  type MalformedFrame,
  type Overflow,
  type SendOptions,
} from './channel.ts';
export { type LinesChannel, type LineStreams, linesChannel, type Unwritten } from './lines.ts';
export { linkedChannels } from './linked.ts';
export { type NodeEndpoint, nodeChannel } from './node.ts';
export { ownedNodeChannel, ownedNodeEnvironment } from './owned-node.ts';
export type { PeerOptions } from './peer-options.ts';
export { createPeer, type Peer, type Reception } from './peer.ts';
export { describeError, type ErrorDescription, remoteError } from './remote-error.ts';
