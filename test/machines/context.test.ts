import { setFlagsFromString } from 'node:v8';
import { expect, test } from 'vitest';
import { PlayedConnection } from './played-connection.ts';

setFlagsFromString('--allow-natives-syntax');
// oxlint-disable-next-line typescript/no-implied-eval -- no parser but V8's knows this syntax, and only from now on
const isFast = new Function('object', 'return %HasFastProperties(object)') as (object: object) => boolean;

test('the context, which each assign copies, has no more fields than V8 copies fast', () => {
  let many = {};
  for (let field = 0; field < 20; field += 1) many = Object.assign({}, many, { [`field${field}`]: field });
  expect(isFast(many)).toBe(false);
  expect(isFast(new PlayedConnection().ready().actor.getSnapshot().context)).toBe(true);
});
