import { lstat, readdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { UsageError } from '../arguments.ts';
import { announcementIn, isOfHere, suffix, type Announcement } from './announcement.ts';
import { Client, CommandFailed, Stranger } from './client.ts';
import { runtimeFolders, whyNotPrivate } from './runtime-folder.ts';

/**
 * Finds the run that is meant: by its process or its file, or the only one there is. What runs have left behind that are gone is removed, and
 * told on stderr.
 * @throws {CommandFailed} When nothing runs, or it doesn't answer. @throws {UsageError} When several run and none of them was named.
 */
export async function findRun(which: string | null): Promise<Client> {
  const folders = runtimeFolders();
  const found = (await Promise.all(folders.map(announcedIn))).flat();
  const living = (await Promise.all(found.map(checked))).filter((client) => client !== null);
  const meant = living.filter(({ run }) => which === null || isMeant(run, which));
  const [client, ...others] = meant;
  if (client === undefined) throw nothingRuns(which, living, folders);
  if (others.length === 0) return client;
  throw new UsageError(`Several run here: ${listed(meant)}. Say which with --run <pid>.`);
}

function isMeant({ pid, file }: Announcement, which: string): boolean {
  return String(pid) === which || file === path.resolve(which);
}

function nothingRuns(
  which: string | null,
  living: readonly Client[],
  folders: readonly string[],
): CommandFailed {
  const [first] = living;
  if (which !== null && first !== undefined)
    return new CommandFailed(`No run here is ${which}; there is ${listed(living)}.`);
  return new CommandFailed(
    `Nothing runs here. Start something with "greenroom run <file.json>", without --no-control. (Looked in ${folders.join(', ')}.)`,
  );
}

function listed(clients: readonly Client[]): string {
  return clients.map(({ run: { pid, file } }) => `${pid} (${file})`).join(', ');
}

interface Found {
  readonly path: string;
  readonly run: Announcement;
}

/** What is in a folder that this user alone could write to. */
async function announcedIn(folder: string): Promise<Found[]> {
  const danger = await whyNotPrivate(folder).catch(() => null);
  if (danger !== null) console.error(`Left out: ${danger}`);
  const names = danger === null ? await readdir(folder).catch(() => []) : [];
  const files = names.filter((name) => name.endsWith(suffix)).map((name) => path.join(folder, name));
  const read = files.map(async (file): Promise<Found | null> => {
    if (!(await lstat(file)).isFile()) return null;
    const run = announcementIn(await readFile(file, 'utf8'));
    return run === null ? null : { path: file, run };
  });
  // One that ends meanwhile takes its file away.
  const all = await Promise.all(read.map((each) => each.catch(() => null)));
  return all.filter((each) => each !== null);
}

/** One that lives, which its answer shows; one that only doesn't answer counts, too. */
async function checked({ path: file, run }: Found): Promise<Client | null> {
  const client = new Client(run);
  const isHere = isOfHere(run);
  try {
    if (isHere && !exists(run.pid)) throw new Stranger('its process is gone');
    await client.greet();
  } catch (error) {
    if (error instanceof Stranger)
      return isHere ? removeStale(file, run, error.message) : leaveAlone(run, error.message);
    if (!(error instanceof CommandFailed)) throw error;
  }
  return client;
}

async function removeStale(
  file: string,
  { pid, file: connections }: Announcement,
  why: string,
): Promise<null> {
  await rm(file, { force: true });
  console.error(`The run ${pid} of ${connections} ended without a word (${why}); removed ${file}.`);
  return null;
}

/** It may live, and be seen from where it was started only. */
function leaveAlone({ pid, file }: Announcement, why: string): null {
  console.error(
    `The run ${pid} of ${file} can't be reached from here (${why}): it was started in another namespace of processes or of the network. Ask it from there.`,
  );
  return null;
}

function exists(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
