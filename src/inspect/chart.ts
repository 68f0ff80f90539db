import type { AnyActorRef } from 'xstate';
import type { SeenActor } from './feed.ts';

type Chart = SeenActor['chart'];

const charts = new WeakMap<object, Chart>();

/** The statechart an actor runs, as the config its machine was made of; functions are named. Made once for each machine. */
export function chartOf(actor: AnyActorRef): Chart {
  const logic = (actor as { readonly logic?: object }).logic;
  if (logic === undefined || !('config' in logic) || typeof logic.config !== 'object') return null;
  const known = charts.get(logic);
  if (known !== undefined) return known;
  const chart = JSON.parse(JSON.stringify(logic.config, named)) as Chart;
  charts.set(logic, chart);
  return chart;
}

/** Of a function JSON has nothing, and a viewer shows its name. */
function named(key: string, value: unknown): unknown {
  if (typeof value !== 'function') return value;
  return key === 'params' || key === 'input' || key === 'context' ? undefined : { type: value.name };
}
