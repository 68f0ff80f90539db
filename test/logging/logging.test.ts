import { Console } from 'node:console';
import { Writable } from 'node:stream';
import pino from 'pino';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createManager, logTo, type Logger } from '../../src/index.ts';
import {
  createTestManager,
  exits,
  initialises,
  life,
  notifies,
  registers,
  says,
  sends,
  type Lives,
} from '../../src/testing/index.ts';

interface Line {
  readonly level: string;
  readonly message: string;
  readonly fields: Record<string, unknown>;
}

const start = [registers({ after: 20 }), initialises()];
const talking = life([
  ...start,
  notifies('$log', { level: 'warning', message: 'getting warm' }),
  notifies('$status', { level: 'error', message: 'too hot' }),
  notifies('temperature', 91),
  says('hello', { after: 10 }),
  says('oh no', { stream: 'stderr' }),
  sends('what?'),
  exits(3, { after: 1000 }),
]);

function managed(modules: Readonly<Record<string, Lives>>) {
  const manager = createTestManager({ modules });
  onTestFinished(() => manager[Symbol.asyncDispose]());
  return manager;
}

/** A logger that keeps its lines. */
function keeper() {
  const lines: Line[] = [];
  const take = (level: string) => (message: string, fields: Record<string, unknown>) =>
    void lines.push({ level, message, fields });
  const logger = { debug: take('debug'), info: take('info'), warn: take('warn'), error: take('error') };
  return { lines, logger };
}

function textStream() {
  const written: string[] = [];
  const stream = new Writable({
    write(chunk: Buffer, _, done) {
      written.push(chunk.toString());
      done();
    },
  });
  return { stream, lines: () => written.join('').trimEnd().split('\n') };
}

async function warning(): Promise<string> {
  return String(await new Promise((resolve) => process.once('warning', resolve)));
}

describe('a log', () => {
  it('has connection, incarnation and state in every line, and each at the level of what it tells', async () => {
    const manager = managed({ lamp: talking });
    const { lines, logger } = keeper();
    logTo(manager, logger);
    const lamp = manager.add({ id: 'lamp', module: 'lamp.js' });
    await manager.advance(1030);
    for (const { fields } of lines)
      expect(fields).toMatchObject({
        connection: 'lamp',
        incarnation: expect.any(Number),
        state: expect.any(String),
        event: expect.any(String),
      });
    const told = lines.map(
      ({ level, message, fields }) => `${level} ${fields['state'] as string}: ${message}`,
    );
    expect(told).toEqual(
      expect.arrayContaining([
        'warn ready: getting warm',
        'error ready: says error: too hot',
        'info ready: hello',
        'warn ready: oh no',
        'warn preparing: run 1 ended: exited with code 3 while ready',
      ]),
    );
    expect(told.filter((line) => line.startsWith('info ready: ready'))).toHaveLength(1);
    expect(lines.find(({ fields }) => fields['event'] === 'exit')?.fields).toMatchObject({
      incarnation: 1,
      exit: { cause: 'exit-code', code: 3, lastWords: ['hello', 'oh no'], crash: true },
    });
    expect(lines.some(({ level, fields }) => level === 'warn' && fields['event'] === 'discarded')).toBe(true);
    expect(JSON.stringify(lines)).not.toContain('temperature');
    lamp.disable();
    await manager.until(lamp.remove());
    expect(lines.at(-1)).toMatchObject({ level: 'info', fields: { state: 'removed', incarnation: 2 } });
  });

  it('claims no state that is over: no line says ready once its process has ended', async () => {
    const manager = managed({ lamp: life([...start, exits('SIGKILL', { after: 100 })]) });
    const { lines, logger } = keeper();
    logTo(manager, logger);
    manager.add({ id: 'lamp', module: 'lamp.js' });
    await manager.advance(5000);
    const ends = lines.filter(({ fields }) => fields['event'] === 'exit');
    expect(ends.length).toBeGreaterThan(2);
    for (const { fields } of ends) expect(['preparing', 'backingOff']).toContain(fields['state']);
  });

  it('has no secret in it, whoever says it', async () => {
    const manager = managed({
      lamp: life([
        ...start,
        says('the pin is 4711-secret'),
        notifies('$log', { level: 'info', message: 'pin 4711-secret' }),
        notifies('$status', { level: 'error', message: 'no 4711-secret' }),
        sends({ type: 'call', id: 1, name: 'a4711-secret', payload: 'x' }),
        exits(3),
      ]),
    });
    const { lines, logger } = keeper();
    logTo(manager, logger);
    manager.add({ id: 'lamp', module: 'lamp.js', secrets: { pin: '4711-secret' } });
    await manager.advance(100);
    const text = JSON.stringify(lines);
    expect(text).not.toContain('4711-secret');
    expect(text.match(/\[secret\]/g)?.length).toBeGreaterThan(3);
  });

  it('tells problems with their stack', async () => {
    const manager = managed({ lamp: life(start) });
    const { lines, logger } = keeper();
    logTo(manager, logger);
    const stop = manager.on('status', () => {
      throw new Error('a listener of the app');
    });
    manager.add({ id: 'lamp', module: 'lamp.js' });
    await manager.settle();
    stop();
    const problem = lines.find(({ fields }) => fields['event'] === 'problem');
    expect(problem).toMatchObject({
      level: 'error',
      message: 'problem: Error: a listener of the app',
      fields: { connection: 'lamp', problem: { stack: expect.stringContaining('logging.test.ts') } },
    });
  });

  it('ends when it is told to', async () => {
    const manager = managed({ lamp: life(start) });
    const { lines, logger } = keeper();
    const end = logTo(manager, logger);
    end();
    manager.add({ id: 'lamp', module: 'lamp.js' });
    await manager.advance(100);
    expect(lines).toEqual([]);
  });
});

describe('a logger', () => {
  it('of pino gets its fields first, and no line of a level that is off', async () => {
    const manager = managed({ lamp: talking });
    const { stream, lines } = textStream();
    logTo(manager, pino({ level: 'info' }, stream));
    manager.add({ id: 'lamp', module: 'lamp.js' });
    await manager.advance(1030);
    const parsed = lines().map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(parsed).toContainEqual(
      expect.objectContaining({
        level: 30,
        connection: 'lamp',
        incarnation: 1,
        state: 'ready',
        event: 'output',
        output: { stream: 'stdout' },
        msg: 'hello',
      }),
    );
    expect(parsed.filter(({ level }) => Number(level) < 30)).toEqual([]);
    // What pino has itself is still there, once.
    for (const line of lines())
      expect(line.match(/"(?:level|pid|time|msg)":/g)?.length).toBeGreaterThanOrEqual(4);
    for (const { pid } of parsed) expect(pid).toBe(process.pid);
  });

  it('like pino is not even given the lines of a level that is off', async () => {
    const manager = managed({ lamp: talking });
    const levels: string[] = [];
    const take = (level: string) => () => levels.push(level);
    const methods = { debug: take('debug'), info: take('info'), warn: take('warn'), error: take('error') };
    const isLevelEnabled = (level: string): boolean => level !== 'debug';
    logTo(manager, { ...methods, bindings: () => ({}), isLevelEnabled } as Logger);
    manager.add({ id: 'lamp', module: 'lamp.js' });
    await manager.advance(100);
    expect(new Set(levels)).toEqual(new Set(['info', 'warn', 'error']));
  });

  it('that is a console gets one line of text that moves no cursor', async () => {
    const manager = managed({ lamp: life([...start, says('one\u001B[2Jtwo\tthree', { after: 10 })]) });
    const { stream, lines } = textStream();
    logTo(manager, new Console({ stdout: stream, stderr: stream }));
    manager.add({ id: 'lamp', module: 'lamp.js' });
    await manager.advance(100);
    expect(lines()).toContain('lamp #1 ready | onetwo three');
    for (const line of lines()) expect(line).toMatch(/^lamp #\d \w+ \| /);
  });

  it.each([
    [
      'throws',
      () => {
        throw new Error('the disk is full');
      },
    ],
    ['rejects', () => Promise.reject(new Error('the disk is full'))],
  ])('that %s hurts nobody, and is told of once', async (_, fail) => {
    const manager = managed({ lamp: talking });
    const warnings: string[] = [];
    const onWarning = (warned: Error): void => void warnings.push(warned.message);
    process.on('warning', onWarning);
    onTestFinished(() => void process.off('warning', onWarning));
    const problems: unknown[] = [];
    logTo(manager, { debug: fail, info: fail, warn: fail, error: fail });
    manager.on('problem', (problem) => problems.push(problem));
    const first = warning();
    manager.add({ id: 'lamp', module: 'lamp.js' });
    await manager.advance(30);
    expect(manager.get('lamp').status.state).toBe('ready');
    expect(await first).toContain('the disk is full');
    await manager.advance(100);
    expect(warnings.filter((text) => text.includes('the disk is full'))).toHaveLength(1);
    expect(problems).toEqual([]);
  });

  it('is an option of a manager, and has to have its four methods', async () => {
    const { lines, logger } = keeper();
    await using manager = createManager({ logger });
    manager.add({ id: 'lamp', module: 'no such file.js' });
    await manager.get('lamp').waitFor('misconfigured');
    expect(lines.at(-1)).toMatchObject({
      level: 'error',
      message: expect.stringContaining('misconfigured'),
      fields: { state: 'misconfigured' },
    });
    expect(() => createManager({ logger: { info() {} } as unknown as Logger })).toThrow('has no debug');
  });
});
