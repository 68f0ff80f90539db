const often = { patience: 1000, milliseconds: 300 };

// Rounds, and how much is done in each block: `milliseconds` of messages, `kills`, `connections`, `spawns`, `idleSeconds` after
// `restSeconds`.
const full = {
  messages: { ...often, rounds: 25 },
  inspection: { patience: 1000, milliseconds: 100, rounds: 100 },
  recovery: { ...often, rounds: 20, kills: 4 },
  storm: { patience: 5000, rounds: 5, connections: 200 },
  stall: { ...often, rounds: 9, spawns: 24, megabytes: 1024 },
  idle: { patience: 5000, rounds: 3, restSeconds: 75, idleSeconds: 20 },
};
const short = {
  messages: { ...often, patience: 0, milliseconds: 100, rounds: 7 },
  inspection: { ...often, patience: 0, milliseconds: 100, rounds: 7 },
  recovery: { patience: 0, rounds: 6, kills: 2 },
  storm: { patience: 0, rounds: 3, connections: 40 },
  stall: { patience: 0, rounds: 3, spawns: 3, megabytes: 1024 },
  idle: { patience: 0, rounds: 1, restSeconds: 3, idleSeconds: 4 },
};

/** How much is done for a suite; the least that still says something, if it shall be quick. */
export function effort(suite, isQuick) {
  return (isQuick ? short : full)[suite];
}
