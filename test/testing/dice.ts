/** Random numbers from 0 up to 1 that are the same for the same seed. */
export function dice(seed: number): () => number {
  let state = seed;
  return () => {
    // A linear congruential generator modulo 2^32; its low digits repeat soon, the number as a whole doesn't.
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
