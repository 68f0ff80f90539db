/** Runs an action, once, now or later. */
export type RunInTurn = (action: () => void) => void;

/** Runs each action before the call returns, and what is asked for meanwhile after it. */
export function inThisTurn(): RunInTurn {
  const actions: (() => void)[] = [];
  let isRunning = false;
  return (action) => {
    actions.push(action);
    if (isRunning) return;
    isRunning = true;
    try {
      for (let next = actions.shift(); next !== undefined; next = actions.shift()) next();
    } finally {
      isRunning = false;
    }
  };
}
