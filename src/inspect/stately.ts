import type { Feed, SeenActor, Sight } from './feed.ts';

/** The version of `@statelyai/inspect` whose frames these are. */
const spoken = '0.7.2';

/**
 * Feeds the current Stately inspector, and whatever else reads with the receivers of `@statelyai/inspect`. `viewer` is the page that draws;
 * default: Stately's own.
 */
export function statelyFeed({ viewer = 'https://stately.ai/inspect' }: { viewer?: string } = {}): Feed {
  return {
    name: 'stately',
    viewer,
    greeting: '@statelyai.connected',
    frames: (sight) => [JSON.stringify({ ...about(sight), ...particulars(sight) })],
  };
}

let frames = 0;

function about({ actor, at }: Sight) {
  frames += 1;
  const { sessionId, rootId } = actor;
  return { sessionId, rootId, createdAt: String(at), id: String(frames), _version: spoken };
}

function particulars(sight: Sight) {
  if (sight.type === 'actor') {
    const { actor, snapshot } = sight;
    const parentId = actor.parentId ?? undefined;
    return { type: '@xstate.actor', name: actor.name, parentId, definition: definitionOf(actor), snapshot };
  }
  if (sight.type === 'event')
    return { type: '@xstate.event', event: sight.event, sourceId: sight.sourceId ?? undefined };
  return { type: '@xstate.snapshot', event: sight.event, snapshot: sight.snapshot };
}

const definitions = new WeakMap<object, string>();

function definitionOf({ chart, name }: SeenActor): string {
  if (chart === null) return JSON.stringify({ id: name });
  const known = definitions.get(chart);
  if (known !== undefined) return known;
  const definition = JSON.stringify(chart);
  definitions.set(chart, definition);
  return definition;
}
