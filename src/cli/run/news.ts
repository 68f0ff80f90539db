import type { ConnectionState } from '../../index.ts';
import type { ManagerNews } from '../../logging/news.ts';

export { tellEvents } from '../../logging/news.ts';

/** All that `run` has to tell. These are the objects of `--json`: `docs/cli.md` promises their keys. */
export type News =
  | ManagerNews
  | {
      readonly event: 'started';
      readonly version: string;
      readonly file: string;
      readonly pid: number;
      readonly connections: readonly string[];
    }
  | { readonly event: 'dashboard'; readonly link: string }
  | { readonly event: 'control'; readonly url: string; readonly file: string }
  | { readonly event: 'leftOut'; readonly connection: string; readonly reason: string }
  | { readonly event: 'ready'; readonly connections: readonly string[]; readonly seconds: number }
  | { readonly event: 'notReady'; readonly connection: string; readonly reason: string }
  | { readonly event: 'stopping'; readonly why: string; readonly force: boolean }
  | {
      readonly event: 'waiting';
      readonly connection: string;
      readonly state: ConnectionState;
      readonly step: string | null;
      readonly pid: number | null;
    }
  | { readonly event: 'linesLost'; readonly lines: number }
  | { readonly event: 'stopped'; readonly exitCode: number };

export type Tell = (news: News) => void;
