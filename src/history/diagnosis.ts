import type { ConnectionPolicy, ExitRecord, ManagerStatus } from '../index.ts';
import type { ConnectionRecord, Happening, Life, LogLine } from './record.ts';
import { storyOf, type ConnectionStory } from './told.ts';

const shownHappenings = 40;
const shownLines = 60;
const shownLastWords = 20;

/** All that a bug report about a connection needs, as text; `redact` strikes out what must not be seen. */
export function diagnosisOf(
  record: ConnectionRecord,
  { version, manager, redact }: { version: string; manager: ManagerStatus; redact: (text: string) => string },
): string {
  const story = storyOf(record, redact, { lines: shownLastWords, characters: 500 });
  const sections = [
    head(story, version),
    section('Status', facts(story)),
    section('Incarnations', story.lives.flatMap(lifeLines)),
    section('What happened', story.timeline.slice(-shownHappenings).map(happeningLine)),
    section('Calls', callLines(story)),
    section('Output', record.log.all.slice(-shownLines).map(logLine)),
    section('Policy', policyLines(record.connection.policy)),
    section('Host', hostLines(manager)),
  ];
  return `${sections.join('\n\n')}\n`;
}

function head({ status }: ConnectionStory, version: string): string {
  const label = status.label === status.id ? '' : ` (${status.label})`;
  const lines = [`Connection ${status.id}${label}: ${status.state} since ${time(status.since)}`];
  if (status.reason !== null) lines.push(`Reason: ${status.reason}`);
  if (status.lastExit !== null)
    lines.push(`Last end: ${status.lastExit.detail} at ${time(status.lastExit.at)}`);
  return [...lines, `Told by greenroom ${version} at ${time(Date.now())}`].join('\n');
}

function section(title: string, lines: readonly string[]): string {
  return [`${title}:`, ...(lines.length === 0 ? ['none'] : lines).map((line) => `  ${line}`)].join('\n');
}

function facts({ status, health, says, restarts, lastHour }: ConnectionStory): string[] {
  const { state, step, next, wanted, alive, incarnation, pid, attempt, nextRetryAt, deadlineAt, discarded } =
    status;
  const known = { state, step, next, health, wanted, alive, incarnation, pid, attempt };
  const times = { nextRetryAt: maybe(nextRetryAt), deadlineAt: maybe(deadlineAt) };
  const said = says === null ? null : `${says.status}: ${says.message}`;
  const all = { ...known, ...times, says: said, restartsWithinTheHour: restarts, lastHour };
  return [
    ...Object.entries(all).map(([name, value]) => `${name}: ${value ?? '-'}`),
    `discarded: ${JSON.stringify(discarded)}`,
  ];
}

function lifeLines({ incarnation, startedAt, readyAt, exit }: Life): string[] {
  const ready = readyAt === null ? 'never ready' : `ready after ${readyAt - startedAt} ms`;
  return [
    `#${incarnation} started ${time(startedAt)}, ${ready}, ${exit === null ? 'lives' : endOf(exit)}`,
  ].concat((exit?.lastWords ?? []).map((line) => `   | ${line}`));
}

function endOf({ at, detail, cause, phase, code, signal, crash }: ExitRecord): string {
  const how = `cause ${cause}, phase ${phase}, code ${code ?? '-'}, signal ${signal ?? '-'}`;
  return `ended ${time(at)}: ${detail} (${how}${crash ? ', a crash' : ''})`;
}

function happeningLine({ at, kind, incarnation, state, step, next, text }: Happening): string {
  const ending = step === null ? '' : ` (${step}, ${next})`;
  const what = kind === 'state' ? `${state}${ending}` : kind;
  return `${time(at)} #${incarnation} ${what}${text === '' ? '' : `: ${text}`}`;
}

function callLines({ calls }: ConnectionStory): string[] {
  const pending = calls.pendingCount === 0 ? [] : [`${calls.pendingCount} pending`];
  return [...pending, ...calls.pending, ...calls.recent].map((call) => {
    if (typeof call === 'string') return call;
    const end =
      call.milliseconds === null ? 'pending' : `${call.outcome} after ${call.milliseconds.toFixed(1)} ms`;
    return `${time(call.at)} #${call.incarnation} ${call.direction} ${call.name}: ${end}`;
  });
}

function logLine({ at, incarnation, stream, level, text }: LogLine): string {
  return `${time(at)} #${incarnation} ${level ?? stream} | ${text}`;
}

function policyLines(policy: ConnectionPolicy): string[] {
  return Object.entries(policy).map(([name, value]) => `${name}: ${JSON.stringify(value)}`);
}

function hostLines({ state, startSlots, guards, connections }: ManagerStatus): string[] {
  return [
    `node ${process.version}, ${process.platform} ${process.arch}`,
    `manager ${state}, ${connections.length} connections, start slots ${JSON.stringify(startSlots)}`,
    `guards ${JSON.stringify(guards)}`,
  ];
}

function maybe(at: number | null): string | null {
  return at === null ? null : time(at);
}

function time(at: number): string {
  return new Date(at).toISOString();
}
