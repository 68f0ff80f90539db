import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { builtPath } from '../built.ts';

interface Span {
  readonly service: string;
  readonly span: string;
  readonly pid: number;
  readonly traceId: string;
  readonly spanId: string;
  readonly parent: string | null;
}

test('the span of a call goes on in the module, and from there in the app again', async () => {
  await builtPath();
  const { code, output } = await run(join(import.meta.dirname, '../../examples/opentelemetry/app.js'));
  expect({ code, output }).toMatchObject({ code: 0 });
  const spans = output
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as Span);
  // From the innermost outwards, each the child of the next, across two processes.
  const path = [
    ['app', 'house'],
    ['lamp', 'dim'],
    ['app', 'dim'],
    ['app', 'evening'],
  ] as const;
  const found = path.map(([service, name]) =>
    spans.find((each) => each.service === service && each.span === name),
  );
  expect(found).not.toContain(undefined);
  expect(spans).toHaveLength(path.length);
  const parents = found.map((span) => span?.parent);
  expect(parents).toEqual([...found.slice(1).map((span) => span?.spanId), null]);
  expect(new Set(found.map((span) => span?.traceId)).size).toBe(1);
  const [inHost, inModule, called] = found;
  expect(inModule?.pid).not.toBe(called?.pid);
  expect(inHost?.pid).toBe(called?.pid);
});

function run(program: string): Promise<{ code: number | null; output: string }> {
  const child = spawn(process.execPath, [program], { stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
  return new Promise((resolve) => {
    child.on('close', (code) => resolve({ code, output }));
  });
}
