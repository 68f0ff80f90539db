import { execaNode } from 'execa';
import { child } from './child.mjs';

// Else every message is kept until the end, which more than 25 rounds make too long for a string.
const options = { ipc: true, reject: false, buffer: false };

/** execa's own messages, read with `getEachMessage`. */
export function execaMessages() {
  const echo = execaNode(child('echo-execa.mjs'), options);
  const waiting = new Map();
  let last = 0;
  let unsent = [];
  void listen();
  return {
    ask(payload) {
      last += 1;
      const answer = new Promise((resolve) => waiting.set(last, resolve));
      void echo.sendMessage({ id: last, payload });
      return answer;
    },
    notify: (payload) => void unsent.push(echo.sendMessage({ payload })),
    async drained() {
      await Promise.all(unsent);
      unsent = [];
    },
    async close() {
      echo.kill();
      await echo;
    },
  };

  async function listen() {
    for await (const { id, value } of echo.getEachMessage()) {
      waiting.get(id)(value);
      waiting.delete(id);
    }
  }
}

/** execa's `getOneMessage`, which its documentation shows for questions and answers. */
export function execaOneMessage() {
  const echo = execaNode(child('echo-execa.mjs'), options);
  let last = 0;
  return {
    isOneByOne: true,
    async ask(payload) {
      last += 1;
      const id = last;
      const [{ value }] = await Promise.all([
        echo.getOneMessage({ filter: (message) => message.id === id }),
        echo.sendMessage({ id, payload }),
      ]);
      return value;
    },
    async close() {
      echo.kill();
      await echo;
    },
  };
}
