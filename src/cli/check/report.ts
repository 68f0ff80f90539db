import type { WriteStream } from 'node:tty';
import { styleText } from 'node:util';
import { printable, printableLines } from '../run/words.ts';
import type { Failure } from './stage.ts';
import type { Step } from './steps.ts';

/** Tells step by step how a check goes. */
export interface Report {
  /** A step failed without which the others make no sense. */
  readonly isHopeless: boolean;
  pass(title: string, milliseconds: number, detail: string): void;
  fail(step: Step, milliseconds: number, failure: Failure): void;
  skip(title: string): void;
  /** Writes the summary; returns the exit code. */
  end(): 0 | 1;
}

export function createReport(out: WriteStream, heading: string): Report {
  const counts = { passed: 0, failed: 0, skipped: 0 };
  const began = performance.now();
  const paint = (style: 'green' | 'red' | 'gray', text: string): string =>
    out.isTTY && out.hasColors() ? styleText(style, text, { validateStream: false }) : text;
  const write = (line: string): void => void out.write(`${line}\n`);
  let isHopeless = false;
  write(`\n${printable(heading)}\n`);
  return {
    get isHopeless() {
      return isHopeless;
    },
    pass(title, milliseconds, detail) {
      counts.passed++;
      const more = detail === '' ? '' : `, ${printable(detail)}`;
      write(`  ${paint('green', '✓')} ${title} ${paint('gray', `(${time(milliseconds)}${more})`)}`);
    },
    fail({ title, isNecessary = false }, milliseconds, { message, advice }) {
      counts.failed++;
      isHopeless ||= isNecessary;
      const lines = message.split('\n').map(printable).join('\n    ');
      write(
        `  ${paint('red', '✗')} ${title} ${paint('gray', `(${time(milliseconds)})`)}\n    ${paint('red', lines)}\n    ${printableLines(advice)}`,
      );
    },
    skip(title) {
      counts.skipped++;
      write(`  ${paint('gray', `– ${title}`)}`);
    },
    end() {
      const { passed, failed, skipped } = counts;
      write(`\n${passed} passed, ${failed} failed, ${skipped} skipped (${time(performance.now() - began)})`);
      return failed === 0 ? 0 : 1;
    },
  };
}

function time(milliseconds: number): string {
  return milliseconds < 1000 ? `${Math.round(milliseconds)} ms` : `${(milliseconds / 1000).toFixed(1)} s`;
}
