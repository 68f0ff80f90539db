import { createHash } from 'node:crypto';

/** The version of the form in which files are written. */
const version = 1;

/** What a file turned out to be. */
export type Document =
  | { readonly is: 'good'; readonly content: unknown }
  | { readonly is: 'newer'; readonly why: string }
  | { readonly is: 'corrupt'; readonly why: string };

/** A file of this kind: a line that says what it is and what the rest must add up to, then the content as JSON for people to read. */
export function writeDocument(kind: string, content: unknown): string {
  const body = `${JSON.stringify(content, null, 2)}\n`;
  return `${JSON.stringify({ greenroom: kind, version, sha256: sumOf(body) })}\n${body}`;
}

/** Reads what `writeDocument` wrote, and believes nothing of what is damaged. */
export function readDocument(kind: string, text: string): Document {
  const end = text.indexOf('\n') + 1;
  const head = headOf(text.slice(0, end));
  if (head['greenroom'] !== kind) return corrupt(`its first line doesn't say that it holds ${kind}`);
  if (typeof head['version'] === 'number' && head['version'] > version)
    return { is: 'newer', why: `it is of version ${head['version']}; this Greenroom reads ${version}` };
  const body = text.slice(end);
  if (head['sha256'] !== sumOf(body))
    return corrupt('its checksum is wrong: it is damaged, incomplete or was edited by hand');
  return { is: 'good', content: JSON.parse(body) as unknown };
}

function corrupt(why: string): Document {
  return { is: 'corrupt', why };
}

function headOf(line: string): Readonly<Record<string, unknown>> {
  try {
    return (JSON.parse(line) ?? {}) as Record<string, unknown>;
  } catch {
    return {};
  }
}

function sumOf(body: string): string {
  return createHash('sha256').update(body).digest('hex');
}
