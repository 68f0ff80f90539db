import type { WriteStream } from 'node:tty';
import ansi from 'ansi-escapes';
import { onExit } from 'signal-exit';
import { isInForeground } from './foreground.ts';
import { printableLines } from './words.ts';

/** The whole terminal, held until it is given back. */
export interface Screen {
  /** Shows exactly these lines; with `anew` also those that didn't change, in case something else has written over them. */
  show(lines: readonly string[], anew: boolean): void;
  /** Gives the terminal back as it was before, and writes the last lines into it, and what else is to be told. */
  leave(last: readonly string[]): void;
}

/**
 * Holds the terminal: its other screen, which it doesn't wrap anew when it is resized, with the cursor hidden. It is given back on every way
 * out: when the process ends, by itself, an error or a signal, and while it is suspended or in the background. `toTell` are the lines that are
 * written there then, however that comes.
 */
export function openScreen(out: WriteStream, toTell: readonly string[]): Screen {
  let shown: readonly string[] | null = null;
  const giveBack = (): void => {
    if (shown !== null) out.write(ansi.exitAlternativeScreen + ansi.cursorShow);
    shown = null;
  };
  const leave = (last: readonly string[]): void => {
    giveBack();
    const lines = [...last, ...toTell.map(printableLines)];
    if (lines.length > 0) out.write(`${lines.join('\n')}\n`);
  };
  const forgetExit = onExit(() => leave([]));
  const suspend = (): void => {
    giveBack();
    // A listener takes the place of what the signal does.
    process.kill(process.pid, 'SIGSTOP');
  };
  process.on('SIGTSTP', suspend);
  return {
    show(lines, anew) {
      // A terminal that takes nothing gets the picture of then when it goes on.
      if (out.writableLength > 0) return;
      if (!isInForeground()) return giveBack();
      const before = anew ? [] : (shown ?? []);
      const start = shown === null ? ansi.enterAlternativeScreen + ansi.cursorHide : '';
      // Where nothing is below, the cursor would stay in the last line, and erase that.
      const below = lines.length < out.rows ? ansi.cursorTo(0, lines.length) + ansi.eraseDown : '';
      shown = lines;
      // The cursor rests at the top, where a stray Enter scrolls nothing away.
      out.write(ansi.synchronizedOutput(start + changes(lines, before) + below + ansi.cursorTo(0, 0)));
    },
    leave(last) {
      forgetExit();
      process.off('SIGTSTP', suspend);
      leave(last);
    },
  };
}

function changes(lines: readonly string[], before: readonly string[]): string {
  const written = lines.map((line, index) =>
    line === before[index] ? '' : ansi.cursorTo(0, index) + ansi.eraseLine + line,
  );
  return written.join('');
}
