import type { ServerResponse } from 'node:http';
import { GreenroomError, type ErrorCode } from '../index.ts';

/** Why a request was not answered as asked; becomes `application/problem+json` as of RFC 9457. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  /** The status code of the answer. */
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, detail: string, headers: Readonly<Record<string, string>> = {}) {
    super(detail);
    this.status = status;
    this.headers = headers;
  }
}

/** Answers with JSON. */
export function sendJson(response: ServerResponse, status: number, value: unknown): void {
  send(response, status, 'application/json', JSON.stringify(value));
}

/** Answers with plain text, or with text of another type. */
export function sendText(response: ServerResponse, text: string, type = 'text/plain; charset=utf-8'): void {
  send(response, 200, type, text);
}

/** Answers with what went wrong; an error nobody expected is told without its words, which may hold secrets. */
export function sendProblem(response: ServerResponse, error: unknown): void {
  if (response.headersSent) return void response.destroy();
  if (error instanceof Refusal) {
    for (const [name, value] of Object.entries(error.headers)) response.setHeader(name, value);
    return problem(response, error.status, error.message, null);
  }
  const known = error instanceof GreenroomError ? statusByCode[error.code] : undefined;
  if (known === undefined) return problem(response, 500, 'The server failed; its log says why.', null);
  const { code, message } = error as GreenroomError;
  problem(response, known, message, code);
}

const statusByCode: Partial<Record<ErrorCode, number>> = {
  CONNECTION_UNKNOWN: 404,
  CONNECTION_REMOVED: 410,
  ORDER_REJECTED: 409,
};

function problem(response: ServerResponse, status: number, detail: string, code: ErrorCode | null): void {
  const title = titles[status] ?? 'Refused';
  const known = code === null ? {} : { code };
  const text = JSON.stringify({ type: 'about:blank', title, status, detail, ...known });
  send(response, status, 'application/problem+json', text);
}

const titles: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  409: 'Conflict',
  410: 'Gone',
  421: 'Misdirected Request',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
};

function send(response: ServerResponse, status: number, type: string, text: string): void {
  response.writeHead(status, {
    'content-type': type,
    'content-length': Buffer.byteLength(text),
    'cache-control': 'no-store',
  });
  response.end(text);
}
