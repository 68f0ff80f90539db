import type { ChartMutant, Place } from './chart-mutants.ts';
import { at, type Path } from './edits.ts';
import { placeOf } from './candidate-mutants.ts';

interface Param {
  readonly place: Place;
  readonly path: Path;
  readonly key: string;
  readonly value: string | boolean | null;
}

/** The mutants of what actions are told: each text by the next one that some action of the chart is told under the same name, each flag by its opposite. */
export function paramMutants(config: unknown, places: readonly Place[]): ChartMutant[] {
  const params = places.flatMap((place) => paramsOf(config, place));
  return params.flatMap((param) => {
    const other = otherThan(param, params);
    if (other === undefined) return [];
    const { place, path, key, value } = param;
    return [
      {
        id: `${placeOf(place.node)}: ${wayTo(place, path)}: ${key} ${String(value)} -> ${String(other)}`,
        kind: 'change parameter',
        edits: [{ path, value: other }],
      },
    ];
  });
}

function otherThan({ key, value }: Param, params: readonly Param[]): string | boolean | null | undefined {
  if (typeof value === 'boolean') return !value;
  const all = [...new Set(params.filter((other) => other.key === key).map((other) => other.value))];
  return all.length < 2 ? undefined : all[(all.indexOf(value) + 1) % all.length];
}

function paramsOf(config: unknown, place: Place): Param[] {
  return ['on', 'after', 'entry', 'exit'].flatMap((key) => {
    const written = at(config, [...place.path, key]);
    return written === undefined
      ? []
      : leaves(written, [...place.path, key]).map((leaf) => ({ place, ...leaf }));
  });
}

// Only what stands below `params`: names, targets and descriptions have mutants of their own, or none.
function leaves(written: unknown, path: Path): Omit<Param, 'place'>[] {
  if (typeof written === 'object' && written !== null) {
    return Object.entries(written).flatMap(([key, each]) =>
      leaves(each, [...path, Array.isArray(written) ? Number(key) : key]),
    );
  }
  if (!path.includes('params') || typeof written === 'function') return [];
  return [{ path, key: String(path.at(-1)), value: written as Param['value'] }];
}

function wayTo({ path: start }: Place, path: Path): string {
  const [where, event, ...rest] = path.slice(start.length);
  if (where === 'entry' || where === 'exit') return where;
  return typeof rest[0] === 'number' ? `${String(event)} #${rest[0] + 1}` : String(event);
}
