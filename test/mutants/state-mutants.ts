import type { ChartMutant, Place } from './chart-mutants.ts';
import { placeOf } from './candidate-mutants.ts';
import { listed, nameOf } from './written.ts';

/** The mutants of what is written in a state beside its transitions: entry and exit actions, actors, initial state, tags, type. */
export function stateMutants({ node, state, path }: Place): ChartMutant[] {
  const change = (kind: string, what: string, key: string, value?: unknown): ChartMutant => ({
    id: `${placeOf(node)}: ${what}`,
    kind,
    edits: [value === undefined ? { path: [...path, key] } : { path: [...path, key], value }],
  });
  const without = (key: 'entry' | 'exit') => {
    const all = listed(state[key] ?? []);
    return all.map((action, index) =>
      change(`drop ${key} action`, `drop ${key} ${nameOf(action)}`, key, all.toSpliced(index, 1)),
    );
  };
  const names = Object.keys(node.states);
  const others = state.initial === undefined ? [] : names.filter((name) => name !== state.initial);
  const actors = listed(state.invoke ?? []);
  const tags = listed(state.tags ?? []);
  return [
    ...without('entry'),
    ...without('exit'),
    ...actors.map(({ id }, index) =>
      change('drop actor', `drop actor ${id}`, 'invoke', actors.toSpliced(index, 1)),
    ),
    ...others.map((name) => change('change initial', `begin in ${name}`, 'initial', name)),
    ...tags.map((tag, index) => change('drop tag', `drop tag ${tag}`, 'tags', tags.toSpliced(index, 1))),
    ...(state.type === 'final' ? [change('drop type', 'not final', 'type')] : []),
  ];
}
