import type { InboundMessage, Protocol, Session, SessionPort } from '../../src/process/protocol.ts';
import type { GreenroomError } from '../../src/errors.ts';

/** What the module sends: one JSON object per message, told apart by its first key. */
interface Frame {
  readonly register?: string;
  readonly initialised?: boolean;
  readonly configured?: boolean;
  readonly say?: string;
  readonly early?: boolean;
  readonly pong?: boolean;
  readonly result?: unknown;
}

interface Pending {
  resolve(value: unknown): void;
  reject(error: unknown): void;
}

/** The smallest protocol that does all a session has to: for the tests of what lies below sessions. */
export function plainProtocol(delivered: string[] = []): Protocol {
  return { name: 'plain', open: (port) => createSession(port, delivered) };
}

function createSession(port: SessionPort, delivered: string[]): Session {
  const pending: Record<'ping' | 'call' | 'configure', Pending[]> = { ping: [], call: [], configure: [] };
  const ask = async (kind: keyof typeof pending, payload: unknown): Promise<unknown> => {
    port.send({ [kind]: payload ?? null } as never);
    return new Promise((resolve, reject) => pending[kind].push({ resolve, reject }));
  };
  return {
    onFrame(frame) {
      const message = frame as Frame;
      if (message.register !== undefined) {
        const tokenValid = message.register === port.token;
        port.report({ type: 'module.registered', tokenValid, versionSupported: true, detail: '' });
      } else if (message.initialised) port.report({ type: 'module.initialised' });
      else if (message.configured === false) pending.configure.shift()?.reject(new Error('no such device'));
      else if (message.pong) pending.ping.shift()?.resolve(undefined);
      else if (message.say !== undefined) {
        const { say: name, early = false } = message;
        port.receive({ kind: 'notification', name, early, frame });
      } else throw new Error(`unknown frame ${JSON.stringify(frame)}`);
    },
    acceptRegistration: () => port.send({ accept: true }),
    refuseRegistration: (reason) => port.send({ refuse: reason }),
    initialise: ({ config }) => port.send({ init: config }),
    configure: async ({ config }) => {
      await ask('configure', config);
      return 'taken';
    },
    ping: async () => void (await ask('ping', null)),
    askToStop: () => port.send({ stop: true }),
    deliver: (message: InboundMessage) => void delivered.push(message.name),
    call: (_, payload) => ask('call', payload),
    notify: (name) => port.send({ notify: name }),
    close(error: GreenroomError) {
      for (const each of Object.values(pending).flat()) each.reject(error);
    },
  };
}
