// Echoes with execa's messages.
import { getEachMessage, sendMessage } from 'execa';

for await (const { id, payload } of getEachMessage())
  if (id !== undefined) await sendMessage({ id, value: payload });
