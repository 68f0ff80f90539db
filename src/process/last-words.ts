/** The last bytes of what was written, as whole lines, in order of arrival. */
export interface LastWords {
  /** Each block is made of whole lines; the last line break may be missing. */
  add(block: Buffer): void;
  bytes(): Buffer;
}

const lineBreak = Buffer.from('\n');

/** Keeps at most so many bytes. */
export function createLastWords(limit: number): LastWords {
  let blocks: Buffer[] = [];
  let size = 0;
  const compact = (): Buffer => {
    const all = Buffer.concat(blocks);
    const kept = all.length > limit ? wholeLines(all.subarray(all.length - limit - 1)) : all;
    blocks = [kept];
    size = kept.length;
    return kept;
  };
  const push = (block: Buffer): void => {
    blocks.push(block);
    size += block.length;
  };
  return {
    add(block) {
      if (block.length === 0) return;
      push(block);
      if (block.at(-1) !== 10) push(lineBreak);
      if (size > 2 * limit || blocks.length > 512) compact();
    },
    bytes: compact,
  };
}

/** Without the line that was cut in two, unless there is no other. */
function wholeLines(tail: Buffer): Buffer {
  const firstBreak = tail.indexOf(10);
  return firstBreak === -1 || firstBreak === tail.length - 1
    ? tail.subarray(1)
    : tail.subarray(firstBreak + 1);
}
