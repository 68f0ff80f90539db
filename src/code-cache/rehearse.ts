import { readFileSync, writeFileSync } from 'node:fs';
import { Script } from 'node:vm';
import type * as Module from '../module/index.ts';

// A module like any other, but that it writes down at its end what V8 has compiled of the library until then.
const [file = '', cache = ''] = process.argv.slice(2);
const script = new Script(readFileSync(file, 'latin1'), { filename: file });
const { runModule } = (script.runInThisContext() as () => typeof Module)();
process.on('exit', () => {
  const made = script.createCachedData();
  // Twice, so that who reads it can tell whether it is whole.
  writeFileSync(cache, Buffer.concat([made, made]), { flush: true });
});
runModule({ init() {}, calls: { answer: () => 'yes' } });
