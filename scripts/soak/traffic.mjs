/** Calls all connections of a manager all the time, and counts what becomes of the calls. Each must settle once, and answers be the right ones. */
export function startTraffic(manager, report) {
  const counts = { begun: 0, answered: 0, rejected: {} };
  const open = new Set();
  const timer = setInterval(() => {
    for (const connection of manager.connections) void call(connection);
  }, 50);
  async function call(connection) {
    const number = (counts.begun += 1);
    open.add(number);
    const name = number % 10 === 0 ? 'never' : 'echo';
    try {
      const answer = await connection.call(name, number, name === 'never' ? { timeout: 300 } : {});
      counts.answered += 1;
      if (answer !== number) report(connection.id, `call ${number} got the answer ${answer}`);
    } catch (error) {
      counts.rejected[error.code] = (counts.rejected[error.code] ?? 0) + 1;
      if (!expected.has(error.code))
        report(connection.id, `call ${number} was rejected with ${String(error)}`);
    }
    if (!open.delete(number)) report(connection.id, `call ${number} settled twice`);
  }
  return {
    async end() {
      clearInterval(timer);
      // The longest call has a second, and whoever sleeps may take a little longer.
      await new Promise((resolve) => setTimeout(resolve, 3000));
      if (open.size > 0) report(null, `${open.size} calls never settled`);
      return counts;
    },
  };
}

const expected = new Set(['CONNECTION_NOT_READY', 'CONNECTION_LOST', 'CALL_TIMED_OUT']);
