// Stores a connection as fast as it can and says the number of each write that is durable; until it is killed.
import { writeSync } from 'node:fs';
import { openFileStore } from '../dist/store/index.js';

const [folder, first] = process.argv.slice(2);
const store = await openFileStore({ folder, pause: 0 });
// Long enough that a file takes more than one moment to write.
const filling = 'x'.repeat(200_000);

for (let number = Number(first); ; number++) {
  const stored = store.set('lamp', { config: { number, filling } });
  // The same turn, so the same write; a storm of others goes on meanwhile.
  await Promise.all([
    stored,
    store.set('lamp', { secrets: { number, filling }, upgradeIndex: number }),
    ...Array.from({ length: 20 }, (_, other) => store.set(`other ${other}`, { config: { number } })),
  ]);
  writeSync(1, `${number}\n`);
}
