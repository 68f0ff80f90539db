import type { Connection, ConnectionStatus, Manager } from '../index.ts';
import { fieldsOf } from './fields.ts';
import { levelOf } from './levels.ts';
import { isOff, writerFor, type Logger } from './logger.ts';
import { tellEvents, type ManagerNews } from './news.ts';
import { safely } from './safely.ts';
import { sentenceOf } from './sentences.ts';

/**
 * Writes what a manager has to tell to a logger, from now on; returns what ends that. Each line has the connection, its incarnation and its state, and secrets are struck out. A logger
 * that throws, or whose promise rejects, loses its lines, which a process warning says, and hurts nobody.
 * @throws {GreenroomError} `OPTION_INVALID` when the logger lacks one of its four methods.
 * @example
 * const stopLogging = logTo(manager, pino());
 */
export function logTo(manager: Manager, logger: Logger): () => void {
  const write = safely(writerFor(logger));
  const subjects = createSubjects(manager);
  const tell = (news: ManagerNews): void => {
    const level = levelOf(news);
    if (isOff(logger, level)) return;
    const { redact, status } = subjects.of(news);
    write(level, redact(messageOf(news)), fieldsOf(news, status, redact));
  };
  const exits = new Map<string, ManagerNews>();
  const takeStatus = (news: Extract<ManagerNews, { event: 'status' }>): void => {
    const exit = exits.get(news.connection);
    exits.delete(news.connection);
    subjects.changed(news);
    if (exit !== undefined) tell(exit);
    tell(news);
    if (news.state === 'removed') subjects.forget(news.connection);
  };
  return tellEvents(manager, (news) => {
    // An end is told before it has changed the state, and no line shall claim a state that is over.
    if (news.event === 'exit') exits.set(news.connection, news);
    else if (news.event === 'status') takeStatus(news);
    else tell(news);
  });
}

/** What a module wrote or logged speaks for itself; how grave it is and where it came from are told otherwise. */
function messageOf(news: ManagerNews): string {
  if (news.event === 'output') return news.line;
  return news.event === 'log' ? news.message : sentenceOf(news);
}

interface Subject {
  readonly connection: Connection;
  readonly status: Pick<ConnectionStatus, 'state' | 'incarnation'>;
}

/** What lines are about. A connection that is removed isn't the manager's any more when that is told. */
function createSubjects(manager: Manager) {
  const known = new Map<string, Subject>();
  const lookUp = (id: string): Subject | undefined => {
    const found = known.get(id);
    if (!manager.has(id) || found?.connection === manager.get(id)) return found;
    const connection = manager.get(id);
    const subject = { connection, status: connection.status };
    known.set(id, subject);
    return subject;
  };
  for (const { id } of manager.connections) lookUp(id);
  return {
    of({ connection: id }: ManagerNews) {
      const subject = id === null ? undefined : lookUp(id);
      if (subject === undefined)
        return {
          redact: (text: string) => text,
          status: { state: manager.status.state, incarnation: 0 },
        };
      const { connection, status } = subject;
      return { redact: (text: string) => connection.redact(text), status };
    },
    changed({ connection: id, state, incarnation }: Extract<ManagerNews, { event: 'status' }>): void {
      const subject = lookUp(id);
      if (subject !== undefined) known.set(id, { ...subject, status: { state, incarnation } });
    },
    forget: (id: string): void => void known.delete(id),
  };
}
