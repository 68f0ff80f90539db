// Kills a host with SIGKILL while it stores connections, again and again in one folder, and looks at what is on disk after each kill.
// node scripts/store-kills.mjs [--kills 1000]; ends with 1 if anything acknowledged is lost or anything is half-written.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { openFileStore } from '../dist/store/index.js';

const { values } = parseArgs({ options: { kills: { type: 'string', default: '1000' } } });
const kills = Number(values.kills);
const folder = await mkdtemp(join(tmpdir(), 'greenroom-store-kills-'));
const problems = [];
let acknowledged = 0;
let newerThanAcknowledged = 0;
let current = 0;

try {
  for (let kill = 1; kill <= kills && problems.length === 0; kill++) {
    const heard = await writeUntilKilled();
    acknowledged += heard.count;
    await inspect(kill, heard.last);
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}
for (const problem of problems) console.error(problem);
console.log(
  `${kills} kills, ${acknowledged} acknowledged writes, ${newerThanAcknowledged} times the disk was ahead of the last acknowledgement, ${problems.length} problems`,
);
process.exitCode = problems.length === 0 ? 0 : 1;

/** What the host said is durable before it was killed, up to 25 ms after its first word. */
async function writeUntilKilled() {
  const host = spawn(
    process.execPath,
    [join(import.meta.dirname, 'store-writer.mjs'), folder, String(current + 1)],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  const ended = once(host, 'close');
  let count = 0;
  let last = 0;
  const words = createInterface({ input: host.stdout });
  const first = once(words, 'line');
  words.on('line', (line) => {
    count++;
    last = Number(line);
  });
  await Promise.race([first, ended]);
  await wait(Math.random() * 25);
  host.kill('SIGKILL');
  const [, signal] = await ended;
  if (signal !== 'SIGKILL') problems.push(`The writer ended by itself: ${signal}`);
  return { count, last };
}

/** Every field of a connection is of the same write, and that is the last acknowledged one or one after it. */
async function inspect(kill, last) {
  const store = await openFileStore({ folder }).catch((error) =>
    problems.push(`Kill ${kill}: ${error.message}`),
  );
  if (typeof store !== 'object') return;
  const { config, secrets, upgradeIndex } = store.get('lamp') ?? {};
  await store.close();
  const found = [config?.number, secrets?.number, upgradeIndex];
  if (new Set(found).size !== 1)
    problems.push(`Kill ${kill}: config, secrets and index are of ${found.join(', ')}`);
  if (!(upgradeIndex >= last))
    problems.push(`Kill ${kill}: ${last} was acknowledged, ${upgradeIndex} is on disk`);
  if (upgradeIndex > last) newerThanAcknowledged++;
  current = upgradeIndex ?? 0;
}
