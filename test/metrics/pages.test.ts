import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createManager } from '../../src/index.ts';
import { createMetrics } from '../../src/metrics/index.ts';
import { queriesOf } from './grafana.ts';

const docs = join(import.meta.dirname, '../../docs');

describe('docs/metrics.md', () => {
  it('has a row for each metric with its type and its labels, and no other', () => {
    const page = readFileSync(join(docs, 'metrics.md'), 'utf8');
    const rows = Array.from(
      page.matchAll(/^\| `(greenroom_\w+)` \| (\w+) \|([^|]*)\|/gm),
      ([, name, type, labels = '']) => `${name} ${type} ${labels.replaceAll(/[`\s]/g, '')}`,
    );
    expect(rows).toEqual(expect.arrayContaining(everyMetric()));
    expect(rows).toHaveLength(everyMetric().length);
  });
});

describe('docs/grafana.json', () => {
  const text = readFileSync(join(docs, 'grafana.json'), 'utf8');
  const names = everyMetric().map((metric) => metric.split(' ')[0] ?? '');

  it('asks for nothing but metrics there are', () => {
    const asked = [...new Set(text.match(/greenroom_\w+/g))];
    const known = new Set(names.flatMap((name) => [name, `${name}_bucket`, `${name}_count`, `${name}_sum`]));
    expect(asked.filter((name) => !known.has(name))).toEqual([]);
  });

  it('shows what each connection does, and why, in panels that lie side by side', () => {
    expect(queriesOf(text).length).toBeGreaterThan(20);
    const { panels } = JSON.parse(text) as {
      panels: { id: number; gridPos: Record<'x' | 'y' | 'w' | 'h', number> }[];
    };
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
    const places = panels.flatMap(({ gridPos: { x, y, w, h } }) =>
      Array.from({ length: w * h }, (_, index) => `${x + (index % w)} ${y + Math.floor(index / w)}`),
    );
    expect(new Set(places).size).toBe(places.length);
  });
});

/** `name type labels` of each metric. */
function everyMetric(): string[] {
  const metrics = createMetrics(createManager());
  const all = metrics.register.getMetricsAsArray();
  metrics.detach();
  return all.map((metric) => {
    // What prom-client doesn't declare, and has.
    const { name, type, labelNames } = metric as unknown as {
      name: string;
      type: string;
      labelNames: readonly string[];
    };
    return `${name} ${type} ${labelNames.join(',')}`;
  });
}
