/** The longest line in bytes; what goes on without a break is cut there. */
const longestLine = 8 * 1024;

const lineFeed = 10;
const carriageReturn = 13;

/** Where the line that begins at `from` ends, its break excluded; -1 when it isn't complete yet. */
export function lineEnd(bytes: Buffer, from: number): number {
  const feed = bytes.indexOf(lineFeed, from);
  const end = feed === -1 ? bytes.length : feed;
  return end - from > longestLine ? characterStart(bytes, from + longestLine) : feed;
}

/** Where the line after the one that ends at `end` begins. */
export function nextLine(bytes: Buffer, end: number): number {
  return bytes[end] === lineFeed ? end + 1 : end;
}

/** The line as text; what isn't UTF-8 becomes the replacement character. */
export function lineText(bytes: Buffer, from: number, end: number): string {
  const isWindowsBreak = bytes[end] === lineFeed && end > from && bytes[end - 1] === carriageReturn;
  return bytes.toString('utf8', from, isWindowsBreak ? end - 1 : end);
}

/** Where the last complete line from `from` on ends, its break included; found without looking at each line. */
export function completeEnd(bytes: Buffer, from: number): number {
  let complete = Math.max(from, bytes.lastIndexOf(lineFeed) + 1);
  for (;;) {
    const end = lineEnd(bytes, complete);
    if (end === -1) return complete;
    complete = nextLine(bytes, end);
  }
}

/** How many lines there are between two ends of lines; a line over the length limit counts once for each cut. */
export function countLines(bytes: Buffer, from: number, end: number): number {
  let count = 0;
  let start = from;
  for (let at = from; at < end; at += 1) {
    if (bytes[at] !== lineFeed && at - start < longestLine) continue;
    count += 1;
    start = bytes[at] === lineFeed ? at + 1 : at;
  }
  return count + (start < end ? 1 : 0);
}

/** All lines, the last one also without a break. */
export function splitLines(bytes: Buffer): string[] {
  const lines: string[] = [];
  for (let from = 0; from < bytes.length;) {
    const found = lineEnd(bytes, from);
    const end = found === -1 ? bytes.length : found;
    lines.push(lineText(bytes, from, end));
    from = nextLine(bytes, end);
  }
  return lines;
}

/** The start of the character that contains this byte, so that a cut doesn't go through it. */
function characterStart(bytes: Buffer, at: number): number {
  for (let start = at; start > at - 4; start -= 1) {
    const isContinuation = ((bytes[start] ?? 0) & 0xc0) === 0x80;
    if (!isContinuation) return start;
  }
  return at;
}
