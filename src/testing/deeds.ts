import { supportedVersions } from '../native/versions.ts';
import type { IncarnationNews } from '../process/conversation.ts';
import type { AppPort } from '../process/protocol.ts';
import type { Deed } from './acts.ts';
import type { FakeWire } from './fake-wire.ts';

/** What a fake process does things with. */
export interface Doer {
  readonly wire: FakeWire;
  readonly token: string;
  readonly app: AppPort;
  readonly report: (news: IncarnationNews) => void;
  readonly say: (stream: 'stdout' | 'stderr', line: string) => void;
  readonly exit: (how: number | string, suddenly: boolean | undefined) => void;
}

type Deeds = { readonly [D in Deed['does']]: (deed: Extract<Deed, { does: D }>, doer: Doer) => void };

/** How each act is done. */
export const deeds: Deeds = {
  registers: ({ token = 'own', version }, doer) =>
    doer.wire.send({
      type: 'register',
      token: token === 'own' ? doer.token : 'of somebody else',
      versions: version === undefined ? supportedVersions : [version],
      module: { name: 'fake' },
    }),
  initialises: (_, { wire }) => wire.answerInit(),
  failsInit: ({ message, misconfigured = false }, { wire }) =>
    wire.answerInit({ message, ...(misconfigured ? { code: 'MISCONFIGURED' } : {}) }),
  extends: ({ by }, { wire }) =>
    wire.send({ type: 'notify', name: '$extend', payload: { milliseconds: by } }),
  notifies: ({ name, payload = null }, { wire }) => wire.send({ type: 'notify', name, payload }),
  calls: ({ name, payload }, { wire }) => wire.call(name, payload),
  says: ({ line, stream }, { say }) => say(stream, line),
  savesConfig: ({ config }, { app }) => app.saveConfig?.({ config }),
  sends: ({ frame }, { wire }) => wire.send(frame),
  hangs: (_, { wire }) => wire.hang(),
  recovers: (_, { wire }) => wire.recover(),
  unregisters: (_, { wire }) => wire.send({ type: 'notify', name: '$unregister' }),
  closesChannel: (_, { wire }) => wire.close(),
  exits: ({ with: how, suddenly }, { exit }) => exit(how, suddenly),
  reports: ({ news }, { report }) => report(news),
};
