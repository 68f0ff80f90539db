import { Writable } from 'node:stream';
import { expect, test } from 'vitest';
import { jsonLines, plainLines } from '../../src/cli/run/lines.ts';
import type { News, Tell } from '../../src/cli/run/news.ts';

const line = 'x'.repeat(1000);
const output: News = { event: 'output', connection: 'lamp', incarnation: 1, stream: 'stdout', line };
const plan = { name: 'a file', hint: '', ids: ['lamp'], leftOut: [], dashboard: null };

/** A reader that takes nothing until it is told to go on. */
class Stalled extends Writable {
  text = '';
  #goOn: (() => void) | null = null;
  #isStalled = true;

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.text += chunk.toString();
    if (this.#isStalled) this.#goOn = done;
    else done();
  }

  goOn(): void {
    this.#isStalled = false;
    this.#goOn?.();
  }
}

test.each<[string, (out: Writable) => Tell, RegExp]>([
  ['--json', jsonLines, /"event":"linesLost","lines":(\d+)/],
  ['lines', (out) => plainLines(out, plan), / (\d+) lines are lost/],
])(
  '%s for a reader that has stalled do not pile up, and it is told how many it has lost',
  async (_, linesTo, told) => {
    const out = new Stalled();
    const tell = linesTo(out);
    for (let count = 1; count <= 20_000; count++) tell(output);
    expect(out.writableLength).toBeLessThan(5 * 1024 * 1024);
    const drained = new Promise((resolve) => out.once('drain', resolve));
    out.goOn();
    await drained;
    tell(output);
    const lines = out.text.split('\n').slice(0, -1);
    const lost = Number(told.exec(lines.at(-2)!)?.[1]);
    expect(lost + lines.length - 1).toBe(20_001);
  },
);
