import type { IncomingMessage, ServerResponse } from 'node:http';
import { GreenroomError } from '../../errors.ts';
import { companion } from '../client.ts';
import type { HttpRequest, HttpResponse } from '../payloads.ts';
import { readBody, TooLong } from './http-body.ts';
import type { CompanionConnection } from './watchable.ts';

export interface HttpOptions {
  /** Milliseconds a module may take. Default 10000. */
  readonly timeout?: number | undefined;
  /** The longest body of a request, in bytes. Default 1 MiB. */
  readonly bodyBytes?: number | undefined;
}

/** Where a request belongs. */
export interface HttpTarget {
  readonly connection: CompanionConnection;
  /** The part of the path that names the connection, such as `/instance/mixer`. */
  readonly baseUrl: string;
  /** The rest of the path; begins with a slash. */
  readonly path: string;
}

/**
 * Has a module answer a request to the app. Always answers: 413 for a body that is too long, 502 when the module fails, 503 while it isn't there, 504 when it takes too long, and then
 * the module's own work is its own affair. A client that leaves ends the wait.
 */
export async function answerHttp(
  request: IncomingMessage,
  response: ServerResponse,
  { connection, baseUrl, path }: HttpTarget,
  { timeout = 10_000, bodyBytes = 1_048_576 }: HttpOptions = {},
): Promise<void> {
  const gone = new AbortController();
  response.once('close', () => gone.abort());
  try {
    const body = await readBody(request, bodyBytes);
    const asked = requestOf(request, baseUrl, path, body);
    const answer = await companion(connection).handleHttpRequest(asked, { timeout, signal: gone.signal });
    write(response, answer);
  } catch (error) {
    refuse(response, error);
  }
}

function requestOf(request: IncomingMessage, baseUrl: string, path: string, body: string): HttpRequest {
  const originalUrl = request.url ?? '/';
  const { searchParams } = new URL(originalUrl, 'http://localhost');
  const headers = Object.entries(request.headers).map(([name, value]) => [name, String(value)]);
  return {
    method: request.method ?? 'GET',
    originalUrl,
    baseUrl,
    path,
    hostname: (request.headers.host ?? '').replace(/:\d+$/, ''),
    ip: request.socket.remoteAddress ?? '',
    headers: Object.fromEntries(headers) as Record<string, string>,
    query: Object.fromEntries(searchParams),
    ...(body !== '' && { body }),
  };
}

/** A module may answer anything: what isn't a status, a header of its own or a body is left out. */
function write(response: ServerResponse, { status, headers, body }: HttpResponse): void {
  const code =
    Number.isInteger(status) && Number(status) >= 200 && Number(status) <= 599 ? Number(status) : 200;
  response.statusCode = code;
  for (const [name, value] of Object.entries(headers ?? {})) setHeader(response, name, value);
  response.end(typeof body === 'string' || body === undefined ? body : JSON.stringify(body));
}

/** Where an answer ends and what becomes of its connection is between the app and its client: a module that had a say in it could begin the next answer. */
const ofTheServer: ReadonlySet<string> = new Set([
  'connection',
  'content-length',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

function setHeader(response: ServerResponse, name: string, value: unknown): void {
  if (ofTheServer.has(name.toLowerCase())) return;
  try {
    response.setHeader(name, Array.isArray(value) ? value.map(String) : String(value));
  } catch {
    // Node refuses names and values that aren't HTTP.
  }
}

function refuse(response: ServerResponse, error: unknown): void {
  if (response.destroyed || response.headersSent) return;
  response.statusCode = statusFor(error);
  response.setHeader('content-type', 'text/plain; charset=utf-8');
  // The rest of a body that is too long isn't read.
  if (error instanceof TooLong) response.setHeader('connection', 'close');
  response.end(`${error instanceof Error ? error.message : String(error)}\n`);
}

function statusFor(error: unknown): number {
  if (error instanceof TooLong) return 413;
  if (!(error instanceof GreenroomError)) return 500;
  if (error.code === 'CALL_TIMED_OUT') return 504;
  return error.code === 'CALL_FAILED' ? 502 : 503;
}
