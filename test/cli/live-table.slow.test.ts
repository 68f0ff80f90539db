import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import stringWidth from 'string-width';
import { describe, expect, onTestFinished, test } from 'vitest';
import { builtPath } from '../built.ts';
import { lives } from '../faults/operating-system.ts';
import { fixture } from './command.ts';
import { connectionsFile } from './folder.ts';
import { hasTmux, Terminal, type Size } from './tmux.ts';

const small = { columns: 80, lines: 24 };
const large = { columns: 200, lines: 50 };
const lamp = { id: 'lamp', module: fixture('obedient.js') };
const mixed = [
  lamp,
  { id: 'projector', module: fixture('fails-its-init.js'), policy: { backoff: { initial: 30_000 } } },
  { id: 'spare', module: fixture('obedient.js'), enabled: false },
  { id: 'camera', module: './not-there.js' },
];

/** Runs connections in a terminal. */
async function show(
  connections: readonly object[],
  size: Size,
  { env = {}, node = '', hint = undefined as string | undefined } = {},
): Promise<Terminal> {
  return Terminal.open(`exec ${await commandLine(connections, { node, hint })}`, size, env);
}

async function commandLine(
  connections: readonly object[],
  { node = '', hint = undefined as string | undefined } = {},
) {
  const main = join(await builtPath(), 'cli', 'main.js');
  const file = connectionsFile({ connections, ...(hint === undefined ? {} : { hint }) });
  return `'${process.execPath}' ${node} '${main}' run '${file}'`;
}

// What a module says comes a little later than that it is ready.
const settled = (text: string): boolean =>
  /1 of 3 ready/.test(text) &&
  /backing off +projector/.test(text) &&
  /● ready +lamp .* ok: all well/.test(text);

describe.skipIf(!hasTmux)('in a real terminal the live table', () => {
  test('shows in 80 by 24 what is down, why, and what happens next, the worst first', async () => {
    const terminal = await show(mixed, small);
    const text = await terminal.until(settled, 'the lamp is ready and the projector waits');
    const lines = text.split('\n');
    expect(lines).toHaveLength(24);
    expect(lines[0]).toMatch(
      /^greenroom\.json · 1 of 3 ready · 1 misconfigured · 1 backing off · 1 disabled$/,
    );
    expect(lines[1]).toBe('  STATE         CONNECTION SINCE  RUN  PID     DIED MODULE SAYS');
    expect(lines[2]).toMatch(/^✗ misconfigured camera +\d+m?s +–$/);
    expect(text).toMatch(/misconfigured: .*there is no\s+file .*not-there\.js/s);
    expect(text).toMatch(/^◌ backing off +projector +\d+m?s +#\d +– +\d +next start in \d+s$/m);
    expect(text).toMatch(/^ +\d\d:\d\d:\d\d .*the device said no/m);
    expect(text).toMatch(/^● ready +lamp +\d+m?s +#1 +\d+ +ok: all well$/m);
    expect(text).toMatch(/^– disabled +spare +\d+m?s +–$/m);
    expect(text.indexOf('projector')).toBeLessThan(text.indexOf('lamp'));
    expect(terminal.state).toMatchObject({ otherScreen: true, cursor: false });
  });

  test('shows in 200 by 50 what happened last in a column of its own', async () => {
    const terminal = await show(mixed, large);
    const text = await terminal.until(settled, 'the lamp is ready and the projector waits');
    expect(text.split('\n')).toHaveLength(50);
    expect(text).toMatch(/^ {2}STATE +CONNECTION .* MODULE SAYS +LAST EVENT$/m);
    expect(text).toMatch(
      /^● ready +lamp .* ok: all well +\d\d:\d\d:\d\d (ready|\| a line|info: a word for the log)$/m,
    );
  });

  test('shows no secret, whatever a module says', async () => {
    const policy = { restart: 'temporary' };
    const teller = { id: 'teller', module: fixture('tells-its-pin.js'), secrets: { pin: 'hunter2' }, policy };
    const terminal = await show([teller], large);
    const text = await terminal.until((shown) => /failed +teller/.test(shown), 'it has failed');
    expect(text).toContain('the device refused [secret]');
    expect(text).not.toContain('hunter2');
  });

  test('shows how far a start has come', async () => {
    const many = Array.from({ length: 6 }, (_, index) => ({ ...lamp, id: `lamp ${index}` }));
    const terminal = await show(
      [...many, { ...lamp, id: 'gate', module: fixture('waits-for-its-init.js') }],
      small,
    );
    const text = await terminal.until(
      (shown) => /6 of 7 ready/.test(shown) && /initialising +gate/.test(shown),
      'six are ready',
    );
    expect(text).toMatch(/· ━{10}╌{2} 6 of 7 ready · 1 starting ·/);
    expect(text).toMatch(/^◔ initialising +gate +\S+ +#1 +\d+ +2\ds left$/m);
  });

  test('shows of a hundred connections the worst, and says how many of what kind are not shown', async () => {
    const idle = Array.from({ length: 80 }, (_, index) => ({ ...lamp, id: `idle ${index}`, enabled: false }));
    const broken = Array.from({ length: 14 }, (_, index) => ({
      id: `gone ${index}`,
      module: './not-there.js',
    }));
    const ready = Array.from({ length: 6 }, (_, index) => ({ ...lamp, id: `lamp ${index}` }));
    const terminal = await show([...idle, ...ready, ...broken], small);
    const text = await terminal.until(
      (shown) => /6 of 20 ready/.test(shown) && shown.match(/ok: all well/g)?.length === 6,
      'six are ready',
    );
    const lines = text.trimEnd().split('\n');
    expect(lines).toHaveLength(24);
    expect(lines.slice(2, 16).every((line) => /^✗ misconfigured gone \d+ .* Module \.\/not/.test(line))).toBe(
      true,
    );
    expect(lines.slice(16, 22).every((line) => /^● ready +lamp \d .*ok: all well/.test(line))).toBe(true);
    expect(lines[23]).toMatch(/^ {2}… and 79 more: 79 disabled$/);
    terminal.resize(large);
    await terminal.until((shown) => /… and 67 more: 67 disabled/.test(shown), 'there is more room');
  });

  test('fits whatever size the terminal is given while it runs, and leaves no rests', async () => {
    const terminal = await show(mixed, large, {
      hint: 'a hint that is somewhat longer than a line. '.repeat(3),
    });
    await terminal.until(settled, 'it is drawn');
    for (const size of [
      small,
      { columns: 43, lines: 9 },
      { columns: 120, lines: 30 },
      { columns: 12, lines: 3 },
      large,
    ]) {
      terminal.resize(size);
      const isDrawn = (text: string): boolean => isWhole(text, size);
      const text = await terminal.until(isDrawn, `it fits ${size.columns} by ${size.lines}`);
      expect(text.match(/^greenroom/gm)).toHaveLength(1);
      expect(text.match(/STATE/g)?.length ?? 0).toBeLessThanOrEqual(1);
    }
  });

  test('has colours by NO_COLOR and FORCE_COLOR', async () => {
    const drawn = (text: string): boolean => text.includes('1 of 1 ready');
    const plain = await show([lamp], small, { env: { NO_COLOR: '1' } });
    const coloured = await show([lamp], small);
    const forced = await show([lamp], small, { env: { FORCE_COLOR: '1', TERM: 'vt100' } });
    for (const terminal of [plain, coloured, forced]) await terminal.until(drawn, 'it is drawn');
    // oxlint-disable-next-line no-control-regex
    expect(plain.colours).not.toMatch(/\u001B\[[\d;]*[34]\d/);
    expect(coloured.colours).toContain('\u001B[32m●');
    expect(forced.colours).toContain('\u001B[32m●');
  });

  test('is undisturbed by what somebody types', async () => {
    const terminal = await show([lamp], { columns: 80, lines: 5 });
    await terminal.until((text) => text.includes('1 of 1 ready'), 'it is drawn');
    terminal.press('x', 'y', 'Enter', 'Enter', 'Enter', 'Enter', 'Enter', 'Enter');
    await terminal.until((text) => !text.startsWith('greenroom'), 'it was typed over');
    const isWhole = (text: string): boolean => /^greenroom.*\n {2}STATE.*\n● ready/.test(text);
    await terminal.until(isWhole, 'it is drawn anew');
  });
});

/** Runs a connection from a shell that goes on afterwards, and says with which code it has ended. */
async function showInShell(node = ''): Promise<Terminal> {
  const line = await commandLine([lamp], { node });
  const terminal = Terminal.open(`trap : INT QUIT; echo before; ${line}; echo "code $?"; exec cat`, small);
  await terminal.until((text) => text.includes('1 of 1 ready'), 'it is drawn');
  return terminal;
}

describe.skipIf(!hasTmux)('the terminal is as it was before', () => {
  const back = { otherScreen: false, cursor: true };
  const hasEnded = (text: string): boolean => /^code \d+$/m.test(text);

  test.each([
    ['Ctrl+C', (terminal: Terminal) => terminal.press('C-c')],
    ['SIGTERM', (terminal: Terminal) => process.kill(terminal.child, 'SIGTERM')],
    ['SIGHUP', (terminal: Terminal) => process.kill(terminal.child, 'SIGHUP')],
  ])('after %s, with the last picture in it', async (_, end) => {
    const terminal = await showInShell();
    end(terminal);
    const text = await terminal.until(hasEnded, 'it has ended');
    expect(terminal.state).toEqual(back);
    expect(text).toMatch(
      /^before\ngreenroom · .* 1 of 1 ready .*\neverything is stopped; it was like this before:\n/,
    );
    expect(text).toMatch(/^● ready +lamp .*\n.*\ncode 0$/m);
  });

  test('after a mistake of ours, which it says', async () => {
    const terminal = await showInShell(`--import '${fixture('throws-when-told.mjs')}'`);
    process.kill(terminal.child, 'SIGUSR2');
    const text = await terminal.until(hasEnded, 'it has ended');
    expect(terminal.state).toEqual(back);
    expect(text).toContain('a mistake of ours');
    expect(text).toMatch(/^before\n[^]*^code 1$/m);
  });

  test('after Ctrl+\\, which asks nobody', async () => {
    const terminal = await showInShell();
    terminal.press('C-\\');
    await terminal.until((text) => /^code 131$/m.test(text), 'it has ended');
    expect(terminal.state).toEqual(back);
  });

  test('while it is suspended, and is drawn on again when it goes on', async () => {
    const terminal = Terminal.open('bash --norc --noprofile -i', small, { PS1: 'shell> ' });
    await terminal.until((text) => text.includes('shell>'), 'there is a shell');
    terminal.press(await commandLine([lamp]), 'Enter');
    await terminal.until((text) => text.includes('1 of 1 ready'), 'it is drawn');
    terminal.press('C-z');
    await terminal.until((text) => /Stopped[^]*^shell>$/m.test(text), 'the shell is back');
    expect(terminal.state).toEqual(back);
    terminal.press('fg', 'Enter');
    await terminal.until((text) => text.startsWith('greenroom'), 'it is drawn again');
    terminal.press('C-c');
    await terminal.until((text) => text.includes('everything is stopped'), 'it has ended');
    expect(terminal.state).toEqual(back);
  });
});

test.skipIf(!hasTmux)('a signal ends it while Ctrl+S stops the output', async () => {
  const terminal = await showInShell();
  const { child } = terminal;
  terminal.press('C-s');
  process.kill(child, 'SIGTERM');
  await expect.poll(() => lives(child), { timeout: 20_000 }).toBe(false);
  terminal.press('C-q');
  await terminal.until((text) => /^code 0/m.test(text), 'the shell has said so');
});

test.skipIf(!hasTmux)('in the background of a shell it writes lines instead', async () => {
  const terminal = Terminal.open('bash --norc --noprofile -i', small, { PS1: 'shell> ' });
  await terminal.until((text) => text.includes('shell>'), 'there is a shell');
  terminal.press(`${await commandLine([lamp])} &`, 'Enter');
  await terminal.until((text) => /^\d\d:\d\d:\d\d lamp +ready, run 1/m.test(text), 'the lamp is ready');
  expect(terminal.state.otherScreen).toBe(false);
  terminal.press('kill %1; wait; echo over', 'Enter');
  await terminal.until((text) => /^over$/m.test(text), 'it has ended');
});

test.skipIf(!hasTmux)('whoever closes the window stops everything in order', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'greenroom-note-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const note = join(folder, 'note');
  const module = { node: fixture('leaves-a-note.js'), permissions: 'off' };
  const terminal = await show([{ id: 'lamp', module, config: { file: note } }], small);
  await terminal.until((text) => text.includes('1 of 1 ready'), 'it is drawn');
  terminal.close();
  await expect.poll(() => existsSync(note), { timeout: 20_000 }).toBe(true);
});

function isWhole(text: string, { columns, lines }: Size): boolean {
  const shown = text.split('\n');
  return (
    shown.length === lines &&
    shown[0]!.startsWith('greenroom') &&
    shown.every((line) => stringWidth(line) <= columns) &&
    (columns < 40 || shown.some((line) => line.startsWith('✗ misconfigured camera')))
  );
}
