import { GreenroomError } from '../errors.ts';
import type { Json, MalformedFrame } from './channel.ts';

/** A message as JSON text. */
export interface Frame {
  readonly text: string;
  readonly bytes: number;
}

/**
 * `bytes` counts the attachments, which the text announces.
 * @throws {GreenroomError} `FRAME_TOO_LARGE`, or `FRAME_MALFORMED` for what types should have prevented: not JSON.
 */
export function encodeFrame(
  message: Json,
  frameBytes: number,
  attachments: readonly Uint8Array[] = none,
): Frame {
  const plain = attachments.length === 0 ? plainJson(message) : undefined;
  if (plain !== undefined && plain.length <= frameBytes) return { text: plain, bytes: plain.length };
  const json = toJson(message);
  const text = announcementOf(attachments) + json;
  const bytes = attachments.reduce((sum, { length }) => sum + length, Buffer.byteLength(text));
  if (bytes <= frameBytes) return { text, bytes };
  throw new GreenroomError(
    'FRAME_TOO_LARGE',
    `A message of ${bytes} bytes was not sent: a frame may have ${frameBytes}. Send less at once, or raise the manager's limits.frameBytes.`,
    { data: { bytes, frameBytes } },
  );
}

// Most have none.
const none: readonly Uint8Array[] = [];

/** What stands before the JSON of a frame with attachments; nothing if there are none. */
export function announcementOf(attachments: readonly Uint8Array[]): string {
  return attachments.length === 0 ? '' : `=${attachments.map(lengthOf).join(',')} `;
}

/** What `send` throws on a channel that is closed. */
export function channelClosed(): GreenroomError {
  return new GreenroomError(
    'CHANNEL_CLOSED',
    'A message was not sent: the channel is closed, and never opens again.',
  );
}

/** What becomes of an accepted message whose attachments don't have the length any more that its text announces. */
export function bytesChanged(text: string): GreenroomError {
  const announced = text.slice(1, text.indexOf(' '));
  const lengths = announced.length > 100 ? `${announced.slice(0, 100)}…` : announced;
  return new GreenroomError(
    'FRAME_MALFORMED',
    `A message was not sent: its bytes, ${lengths} of them when it was given, had another length when it was to be written. Something shrank or transferred them meanwhile. Leave bytes as they are until the call is answered, or send a copy.`,
    { data: { lengths } },
  );
}

/** Describes what could not be read. */
export function malformed(reason: MalformedFrame['reason'], bytes: Buffer): MalformedFrame {
  // A character has up to four bytes.
  const excerpt = bytes.toString('utf8', 0, excerptLength * 4).slice(0, excerptLength);
  return { reason, excerpt, fatal: reason === 'too-large' };
}

const excerptLength = 200;

// Most messages are lists of numbers and of texts in which nothing has to be escaped. To put those together takes half the time, and their length is that of their bytes.
function plainJson(message: Json): string | undefined {
  // What is no text comes last, as a payload does.
  if (!Array.isArray(message) || typeof message.at(-1) === 'object') return undefined;
  let text = '';
  // What ends the item before, and begins the next: each piece that is put to a text by itself costs as much as an item.
  let between = '[';
  for (const item of message as readonly Json[]) {
    if (!isPlain(item)) return undefined;
    if (typeof item === 'number') {
      text += `${between}${item}`;
      between = ',';
    } else {
      text += `${between}"${item}`;
      between = '",';
    }
  }
  if (text === '') return undefined;
  return text + (between === ',' ? ']' : '"]');
}

function isPlain(item: Json): item is number | string {
  return typeof item === 'number' ? Number.isFinite(item) : typeof item === 'string' && !special.test(item);
}

const special = /[^ !#-[\]-~]/;

function toJson(message: Json): string {
  let cause: unknown;
  try {
    const text = JSON.stringify(message) as string | undefined;
    if (text !== undefined) return text;
  } catch (error) {
    cause = error;
  }
  throw notJson(cause, `it is ${typeof message}`);
}

/** What `send` throws for what isn't JSON. */
export function notJson(cause: unknown, otherwise = String(cause)): GreenroomError {
  const isEndless = cause instanceof RangeError && cause.message.startsWith('Maximum call stack');
  const said = cause instanceof Error ? cause.message : otherwise;
  const why = isEndless ? 'it contains itself, or is nested too deep' : said;
  return new GreenroomError('FRAME_MALFORMED', `A message was not sent because it can't be JSON: ${why}.`, {
    cause,
  });
}

function lengthOf({ length }: Uint8Array): number {
  return length;
}
