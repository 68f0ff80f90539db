import type { SdkAction, SdkDefinitions, SdkFeedback } from './sdk.ts';

/** The definitions that are there, by id. */
export function defined<D extends object>(definitions: SdkDefinitions<D>): ReadonlyMap<string, D> {
  return new Map(Object.entries(definitions).filter((entry): entry is [string, D] => Boolean(entry[1])));
}

/** Action definitions as the app knows them from API 1.x. */
export function tellableActions(actions: ReadonlyMap<string, SdkAction>): object {
  const rows = [...actions].map(([id, action]) => ({
    ...common(id, action),
    hasLifecycleFunctions: [typeof action.subscribe, typeof action.unsubscribe].includes('function'),
    ...(action.optionsToMonitorForSubscribe && {
      optionsToMonitorForSubscribe: action.optionsToMonitorForSubscribe,
    }),
  }));
  return { actions: rows };
}

/** Feedback definitions as the app knows them from API 1.x. */
export function tellableFeedbacks(feedbacks: ReadonlyMap<string, SdkFeedback>): object {
  const rows = [...feedbacks].map(([id, feedback]) => ({
    ...common(id, feedback),
    type: feedback.type,
    ...(feedback.type === 'boolean' && {
      defaultStyle: feedback.defaultStyle,
      showInvert: feedback.showInvert ?? true,
    }),
  }));
  return { feedbacks: rows };
}

/** Preset definitions as a list as in API 1.x, with the sections and groups that API 2.x adds. */
export function tellablePresets(structure: readonly object[], presets: SdkDefinitions<object>): object {
  return {
    presets: [...defined(presets)].map(([id, preset]) => ({ ...preset, id })),
    structure,
  };
}

function common(id: string, definition: SdkAction | SdkFeedback): object {
  const { name, sortName, description, options, learnTimeout } = definition;
  return {
    id,
    name,
    ...(sortName !== undefined && { sortName }),
    ...(description !== undefined && { description }),
    options: options ?? [],
    hasLearn: typeof definition.learn === 'function',
    ...(learnTimeout !== undefined && { learnTimeout }),
  };
}
