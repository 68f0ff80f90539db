import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { GreenroomError } from '../../index.ts';
import { describeIssues } from './issues.ts';
import { fileSchema, type ConnectionsFile } from './schema.ts';

/**
 * Reads and checks a file of connections.
 * @throws {GreenroomError} `FILE_INVALID`, naming the file, each place in it and the remedies.
 */
export async function readConnectionsFile(file: string): Promise<ConnectionsFile> {
  const data = await readJson(file);
  const result = fileSchema.safeParse(data);
  if (result.success) return result.data;
  throw invalid(file, describeIssues(result.error.issues, data));
}

/** @throws {GreenroomError} `FILE_INVALID` when there is no such file or it isn't JSON. */
export async function readJson(file: string): Promise<unknown> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    const why = error.code === 'ENOENT' ? 'there is no such file' : error.message;
    throw invalid(file, [`${why}. Check the path ${path.resolve(file)}.`]);
  });
  // Some editors put a byte order mark in front, which isn't JSON.
  const json = text.replace(/^\uFEFF/, '');
  try {
    return JSON.parse(json) as unknown;
  } catch (error) {
    throw invalid(file, [
      `${place(json, error as Error)}this is not JSON. Remove comments and trailing commas, and quote every key.`,
    ]);
  }
}

function place(json: string, { message }: Error): string {
  const position = /position (\d+)/.exec(message)?.[1];
  const before = json.slice(0, position === undefined ? json.length : Number(position)).split('\n');
  return `line ${before.length}, column ${(before.at(-1)?.length ?? 0) + 1}: ${message.replace(/ in JSON.*/s, '')}; `;
}

function invalid(file: string, problems: readonly string[]): GreenroomError {
  const lines =
    problems.length === 1 ? ` ${problems[0]}` : problems.map((problem) => `\n  ${problem}`).join('');
  return new GreenroomError('FILE_INVALID', `${file}:${lines}`, { data: { file, problems } });
}
