// Echoes over Node's own IPC. Bytes come and go as base64, and are bytes in between, as they are to the others.
process.on('message', ({ id, name, payload }) => {
  if (id === undefined) return;
  const value = name === 'bytes' ? Buffer.from(payload, 'base64').toString('base64') : payload;
  process.send({ id, value });
});
