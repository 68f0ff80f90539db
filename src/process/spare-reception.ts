import { GreenroomError } from '../errors.ts';
import type { Channel } from '../ipc/channel.ts';
import type { ProcessHost } from './host.ts';
import type { AppPort, Launch, ModuleNews, Session } from './protocol.ts';

/** What a process that waits knows of itself. */
export interface Known {
  readonly connectionId: string;
  readonly incarnation: number;
  readonly token: string;
  readonly frameBytes: number;
}

/** A session that is there for the registration only: whoever takes the process opens another one, which hears everything again. */
export function openReception(
  launch: Launch,
  known: Known & Pick<ProcessHost, 'clock'>,
  channel: Channel,
  report: (news: ModuleNews) => void,
): Session {
  return launch.protocol.open({
    ...known,
    app: nobody,
    send: (message) => channel.send(message),
    expectAttachments: channel.expectAttachments?.bind(channel),
    expectBatches: channel.expectBatches?.bind(channel),
    report,
    receive: () => {},
  });
}

const nobody: AppPort = {
  call: () =>
    Promise.reject(new GreenroomError('CONNECTION_NOT_READY', 'No connection has taken this spare yet.')),
  notify: () => {},
};
