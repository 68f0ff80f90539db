// Echoes over Node's own IPC.
process.on('message', ({ id, payload }) => {
  if (id !== undefined) process.send({ id, value: payload });
});
