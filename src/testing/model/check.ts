import type { AnyStateMachine } from 'xstate';
import { explore, type Finding, type Space } from './explore.ts';
import type { Limits, Model } from './model.ts';
import { firstDeadEnd } from './reach.ts';
import type { Report, Violation } from './report.ts';
import { place, walk } from './walk.ts';

/** The name of what fails when there is no end to the configurations. */
const closes = 'The state space closes.';

/**
 * Takes every life a machine can have in an environment, through the machine's own transitions, and reports what doesn't hold: the model's invariants and goals,
 * an event without an answer, an actor that fails, a timer started twice, a state space without end. It throws only what the model's own functions throw.
 *
 * @example
 * const { violations } = checkModel({ machine: trafficLight, environment: { begin: null, obey: (world) => world, moves } });
 * for (const violation of violations) console.log(printViolation(violation));
 */
export function checkModel<M extends AnyStateMachine, World>(
  model: Model<M, World>,
  limits: Limits = {},
): Report {
  const any = model as unknown as Model;
  const began = performance.now();
  const space = explore(any, limits);
  const findings = [...space.findings, ...endless(space, limits), ...deadEnds(any, space)];
  const violations = findings.map((finding) => told(any, finding));
  const { configurations, transitions, closed } = space;
  return { configurations, transitions, closed, seconds: (performance.now() - began) / 1000, violations };
}

function endless(space: Space, { violations = Infinity }: Limits): Finding[] {
  if (space.closed || space.findings.length >= violations) return [];
  const detail = `there are more than ${space.configurations - 1} configurations; this is the way to one of the last`;
  return [{ invariant: closes, detail, story: space.storyOf(space.configurations - 1) }];
}

// What can't be reached in a part of the space may be reachable in the rest of it.
function deadEnds(model: Model, space: Space): Finding[] {
  if (!space.closed || space.findings.length > 0) return [];
  return (model.goals ?? []).flatMap((goal, index) => {
    const end = firstDeadEnd(space, goal, index);
    if (end === null) return [];
    const detail = `no way leads on from ${space
      .at(end)
      .map(({ snapshot }) => place(snapshot))
      .join(' and ')}`;
    return [{ invariant: goal.name, detail, story: space.storyOf(end) }];
  });
}

// Told as it happens without the abstraction: with real numbers.
function told(model: Model, { invariant, detail, story }: Finding): Violation {
  const life = walk(model);
  const words = story.map(
    (step) => life.take(step)?.words ?? `${step.move} (possible only as the abstraction sees it)`,
  );
  return { invariant, detail, story, words };
}
