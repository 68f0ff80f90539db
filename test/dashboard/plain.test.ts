import { expect, it } from 'vitest';
import { plain } from '../../src/dashboard/page/plain.ts';

it.each([
  ['\u001B[31mred\u001B[0m and \u001B[38;2;1;2;3mmore\u001B[m', 'red and more'],
  ['\u009B1mbold\u009B0m', 'bold'],
  ['\u001B]8;;http://x\u0007a link\u001B]8;;\u0007, \u001B]0;a title\u001B\\here', 'a link, here'],
  ['[ERROR] x\n[info] y\n\t[z]\r\n]', '[ERROR] x\n[info] y\n\t[z]\n]'],
  ['a\u202Eb\u2066c\u0000d\u0007', 'abcd'],
  ['é 日本 👩‍👩‍👧', 'é 日本 👩‍👩‍👧'],
])('of %j the page shows %j', (text, shown) => {
  expect(plain(text)).toBe(shown);
});
