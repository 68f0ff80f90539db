import { describeChannel } from './channel.contract.ts';
import { openLinked, openNode, openOwned, openPipes, openSocket, openStdio } from './pairs.ts';

describeChannel('linked channels', { open: openLinked, limitsInbound: false });
describeChannel('lines over two pipes', { open: openPipes, limitsInbound: true });
describeChannel('lines over a socket', { open: openSocket, limitsInbound: true });
describeChannel('lines over stdin and stdout of a process', { open: openStdio, limitsInbound: true });
describeChannel('Node’s own channel to a process', { open: openNode, limitsInbound: true });
describeChannel('an owned channel to a process that takes it for Node’s', {
  open: openOwned,
  limitsInbound: true,
});
