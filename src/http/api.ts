import type { IncomingMessage, ServerResponse } from 'node:http';
import type { History } from '../history/history.ts';
import type { Manager } from '../index.ts';
import { checkCaller, type Access } from './access.ts';
import { Refusal, sendProblem } from './answers.ts';
import { routes, type Asked } from './routes.ts';
import { Viewers } from './viewers.ts';

/** What the API speaks about. */
export interface ApiOptions {
  readonly manager: Manager;
  readonly history: History;
  readonly access: Access;
  /** The version of this package. */
  readonly version: string;
  /** Whether orders are taken. */
  readonly orders: boolean;
  /** What is told at `/metrics`; null if nothing is. */
  readonly metrics: MetricsSource | null;
  /** What tells this server from every other one: only who has the token is answered with it. */
  readonly instance: string;
  /** Told of what should not have happened. */
  readonly onProblem: (error: unknown) => void;
}

/** Metrics as text, such as those of `greenroom/metrics`. */
export interface MetricsSource {
  readonly contentType: string;
  text(): Promise<string>;
}

/** The HTTP API under `/api/`, and `/metrics`. */
export interface Api {
  /** Answers one request whose Host was checked. Never throws. */
  handle(request: IncomingMessage, response: ServerResponse, url: URL): void;
  /** Ends all event streams. */
  end(): void;
}

/** Makes the HTTP API of a manager; `docs/dashboard.md` and its OpenAPI document say what it answers. */
export function createApi(options: ApiOptions): Api {
  const viewers = new Viewers(options);
  return {
    handle(request, response, url) {
      request.resume();
      try {
        checkCaller(request, options.access);
        response.setHeader('greenroom-instance', options.instance);
        const { route, parameters } = find(request.method ?? '', url.pathname);
        route.answer({ ...options, viewers, request, response, url, parameters });
      } catch (error) {
        sendProblem(response, error);
        if (response.statusCode === 500) options.onProblem(error);
      }
    },
    end: () => viewers.end(),
  };
}

type Route = (typeof routes)[number];

function find(asked: string, path: string): { route: Route; parameters: Asked['parameters'] } {
  const method = asked === 'HEAD' ? 'GET' : asked;
  const matches = routes.flatMap((route) => {
    const parameters = match(route.path, path);
    return parameters === null ? [] : [{ route, parameters }];
  });
  const found = matches.find(({ route }) => route.method === method);
  if (found !== undefined) return found;
  if (matches.length === 0) throw new Refusal(404, `There is nothing at ${path}; see /api/v1/openapi.json.`);
  const allowed = matches.map(({ route }) => route.method).join(', ');
  throw new Refusal(405, `${path} takes ${allowed}, not ${asked}.`, { allow: allowed });
}

/** The parts of a path that stand where a pattern has `{name}`; null if it doesn't fit. */
function match(pattern: string, path: string): Record<string, string> | null {
  const wanted = pattern.split('/');
  const given = path.split('/');
  if (wanted.length !== given.length) return null;
  const parameters: Record<string, string> = {};
  for (const [index, part] of wanted.entries()) {
    const value = given[index] ?? '';
    if (part.startsWith('{')) parameters[part.slice(1, -1)] = decode(value);
    else if (part !== value) return null;
  }
  return parameters;
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw new Refusal(400, `"${part}" is not a part of an address.`);
  }
}
