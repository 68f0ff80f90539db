import { GreenroomError } from '../errors.ts';
import type { Channel } from '../ipc/channel.ts';
import type { IncarnationHost } from './host.ts';
import type { ModuleNews, ModuleSettings, Session } from './protocol.ts';

/** Whether the app's messages pass. */
export interface Gate {
  state: 'guarded' | 'open' | 'shut';
  /** What the module was last ordered to take over; null before that. */
  ordered: ModuleSettings | null;
}

type ConfigNews = Extract<ModuleNews, { type: 'module.configRefused' | 'module.restartNeeded' }>;

interface Configured {
  readonly session: Session;
  readonly incarnation: Pick<IncarnationHost, 'settings' | 'onTold'>;
  readonly channel: Pick<Channel, 'drained'>;
  readonly gate: Gate;
  readonly report: (news: ConfigNews) => void;
}

/** Has the module take over the settings of now, and reports what it says. What it answers to earlier orders means nothing any more. */
export async function configure(parts: Configured): Promise<void> {
  const { incarnation, gate, report } = parts;
  const settings = incarnation.settings();
  gate.ordered = settings;
  const news = await sendSettings(parts, settings).then(
    (outcome): ConfigNews | null => (outcome === 'restart' ? { type: 'module.restartNeeded' } : null),
    (error: unknown): ConfigNews => ({
      type: 'module.configRefused',
      message: error instanceof Error ? error.message : String(error),
      isAnswer: !unanswered.has(codeOf(error)),
    }),
  );
  if (!isAwaited(gate, settings)) return;
  if (news?.type !== 'module.configRefused' || news.isAnswer) incarnation.onTold(settings);
  if (news !== null) report(news);
}

// Once more, when there is room: nobody would try again.
async function sendSettings({ session, channel, gate }: Configured, settings: ModuleSettings) {
  try {
    return await session.configure(settings);
  } catch (error) {
    if (codeOf(error) !== 'QUEUE_FULL') throw error;
    await channel.drained();
    if (!isAwaited(gate, settings)) throw error;
    return session.configure(settings);
  }
}

function isAwaited({ state, ordered }: Gate, settings: ModuleSettings): boolean {
  return state !== 'shut' && ordered === settings;
}

/** With these the module has said nothing. */
const unanswered: ReadonlySet<unknown> = new Set(['CALL_TIMED_OUT', 'QUEUE_FULL', 'FRAME_TOO_LARGE']);

function codeOf(error: unknown): unknown {
  return error instanceof GreenroomError ? error.code : null;
}
