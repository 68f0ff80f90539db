/** Checks what every status must keep, whatever happens. */
export function checkStatuses(manager, report) {
  /** Connections whose exit was told, and not yet the status that follows. */
  const ended = new Set();
  /** The last incarnation of each connection whose end was told. */
  const over = new Map();
  manager.on('exit', ({ connection, exit }) => {
    ended.add(connection);
    if (exit.incarnation <= (over.get(connection) ?? 0))
      report(connection, `incarnation ${exit.incarnation} ended again`);
    over.set(connection, exit.incarnation);
    if (exit.cause === 'stopped' && exit.crash) report(connection, 'an ordered stop counts as a crash');
    if (exit.detail === '') report(connection, 'an exit without a reason');
  });
  manager.on('status', ({ status }) => {
    const { id, state, alive, pid, incarnation, wanted } = status;
    if (ended.delete(id) && (alive || pid !== null))
      report(id, `${state} claims a process right after an exit`);
    if (!alive && pid !== null) report(id, `${state} has a pid, but no process`);
    if (state === 'ready' && (pid === null || incarnation <= (over.get(id) ?? 0)))
      report(id, `ready, but incarnation ${incarnation} is over`);
    if (!wanted && ['preparing', 'queued', 'spawning', 'registering'].includes(state))
      report(id, `${state}, though it is not wanted`);
    if (state === 'failed') report(id, `failed: ${status.reason}`);
    if (state === 'removed') over.delete(id);
  });
}
