import stringWidth from 'string-width';
import { stripVTControlCharacters } from 'node:util';
import { describe, expect, test } from 'vitest';
import type { Row } from '../../src/cli/run/board.ts';
import { drawTable, type Frame } from '../../src/cli/run/table.ts';
import type { ConnectionStatus } from '../../src/index.ts';

const now = Date.UTC(2030, 0, 1);

function row(id: string, status: Partial<ConnectionStatus> = {}, more: Partial<Row> = {}): Row {
  const full: ConnectionStatus = {
    id,
    label: id,
    state: 'ready',
    step: null,
    next: null,
    since: now - 12_000,
    wanted: true,
    alive: true,
    incarnation: 1,
    pid: 4711,
    spare: null,
    attempt: 0,
    nextRetryAt: null,
    deadlineAt: null,
    reason: null,
    resources: null,
    debugger: null,
    lastExit: null,
    discarded: { stale: 0, duplicate: 0, unexpected: 0, malformed: 0 },
    ...status,
  };
  return { status: full, crashes: 0, says: null, lastCrash: null, lastEvent: null, ...more };
}

function draw(frame: Partial<Frame>): string[] {
  const standard = {
    rows: [],
    title: 'a.json',
    upFor: '',
    deaths: 'DIED',
    hint: '',
    notices: [],
    now,
    columns: 80,
    lines: 24,
    colours: false,
  };
  return drawTable({ ...standard, ...frame });
}

describe('the table', () => {
  test('shows state, time, run, process, deaths and what the module says in 80 columns', () => {
    const lines = draw({
      rows: [row('mixer', { incarnation: 3 }, { crashes: 2, says: { level: 'ok', text: 'ok: 4 channels' } })],
    });
    expect(lines[1]).toBe('  STATE         CONNECTION SINCE  RUN  PID     DIED MODULE SAYS');
    expect(lines[2]).toBe('● ready         mixer      12s    #3   4711    2    ok: 4 channels');
  });

  test.each([200, 80, 33])(
    'shows a link as a whole in %i columns, over as many lines as that takes',
    (columns) => {
      const link = `http://127.0.0.1:4780/#token=${'a1'.repeat(32)}`;
      const lines = draw({ columns, notices: [`dashboard: ${link}`, 'projector is left out'] });
      const end = lines.findIndex((line) => line.startsWith('projector is'));
      expect(lines.slice(1, end).join('')).toBe(`dashboard: ${link}`);
    },
  );

  test('shows below a connection how it crashed and what happened last', () => {
    const crash = { at: now, text: 'killed by SIGKILL while ready' };
    const lines = draw({
      rows: [row('mixer', {}, { lastCrash: crash, lastEvent: { at: now, text: '| hello' } })],
    });
    expect(lines.slice(3).map((line) => line.replace(/\d\d:\d\d:\d\d/, 'TIME'))).toEqual([
      '    TIME killed by SIGKILL while ready',
      '    TIME | hello',
    ]);
  });

  test('says when the next start comes', () => {
    const status = { state: 'backingOff', pid: null, nextRetryAt: now + 8000 } as const;
    expect(draw({ rows: [row('moody', status)] })[2]).toBe(
      '◌ backing off   moody      12s    #1   –            next start in 8s',
    );
  });

  test('says that one refuses its new config, whatever the module says of itself', () => {
    const reason = 'refuses its new config: no such port';
    const says = { level: 'ok', text: 'ok: 4 channels' } as const;
    for (const more of [{}, { says }])
      expect(draw({ rows: [row('mixer', { reason }, more)], columns: 100 })[2]).toContain(reason);
  });

  test('tells in full what only a person can mend', () => {
    const text = `misconfigured: ${'a long story '.repeat(12)}end`;
    const lines = draw({
      rows: [row('lamp', { state: 'misconfigured', pid: null }, { lastEvent: { at: now, text } })],
    });
    expect(
      lines
        .slice(3)
        .map((line) => line.slice(13))
        .join(' '),
    ).toBe(text);
  });

  test.each([40, 80, 140])('is never wider than %d columns, whatever the module says', (columns) => {
    const says = { level: 'error', text: '漢字 🎛️ '.repeat(40) } as const;
    const happening = { at: now, text: 'x'.repeat(300) };
    const rows = [
      row(
        'a-very-long-name-of-a-connection-that-never-ends',
        {},
        { says, lastCrash: happening, lastEvent: happening },
      ),
    ];
    for (const line of draw({
      rows,
      columns,
      colours: true,
      hint: 'h'.repeat(200),
      notices: ['n'.repeat(200)],
    })) {
      expect(stringWidth(line)).toBeLessThanOrEqual(columns);
    }
  });

  test.each([5, 10, 24])(
    'is never higher than %d lines: details go first, then it says how many are hidden',
    (lines) => {
      const happening = { at: now, text: 'something' };
      const rows = Array.from({ length: 9 }, (_, index) =>
        row(`c${index}`, {}, { lastCrash: happening, lastEvent: happening }),
      );
      const drawn = draw({ rows, lines });
      expect(drawn.length).toBeLessThanOrEqual(lines);
      const shown = rows.filter(({ status }) => drawn.some((line) => line.includes(status.id)));
      const hidden = /… and (\d+) more/.exec(drawn.at(-1) ?? '')?.[1] ?? 0;
      expect(shown.length + Number(hidden)).toBe(9);
    },
  );

  test('lets no control character of a module through', () => {
    const says = { level: 'ok', text: 'a\u001B[2J\u001B]0;title\u0007\r\nb\u202E' } as const;
    const [, , line] = draw({ rows: [row('lamp', {}, { says })] });
    // oxlint-disable-next-line no-control-regex
    expect(line).not.toMatch(/[\u0000-\u001F\u202E]/);
  });

  test('has colours only if it may', () => {
    const rows = [row('lamp')];
    const coloured = draw({ rows, colours: true }).join('\n');
    expect(coloured).toContain('\u001B[32m●');
    expect(stripVTControlCharacters(coloured)).toBe(draw({ rows }).join('\n'));
  });
});
