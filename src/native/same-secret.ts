import { timingSafeEqual } from 'node:crypto';

/** Compares in constant time what is as long as expected; how long a token of ours is, everybody knows. */
export function sameSecret(given: unknown, expected: string): boolean {
  if (typeof given !== 'string') return false;
  const [one, other] = [Buffer.from(given), Buffer.from(expected)];
  return one.length === other.length && timingSafeEqual(one, other);
}
