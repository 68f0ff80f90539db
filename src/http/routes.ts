import type { IncomingMessage, ServerResponse } from 'node:http';
import { diagnosisOf } from '../history/diagnosis.ts';
import type { History } from '../history/history.ts';
import type { ConnectionRecord } from '../history/record.ts';
import { storyOf, summaryOf } from '../history/told.ts';
import { Refusal, sendJson, sendProblem, sendText } from './answers.ts';
import type { ApiOptions } from './api.ts';
import { openApiDocument } from './openapi/document.ts';
import { streamed } from './viewer.ts';
import type { Viewers } from './viewers.ts';

/** One request and everything that is needed to answer it. */
export interface Asked extends ApiOptions {
  readonly viewers: Viewers;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly url: URL;
  /** What stands in the path where the route has `{name}`. */
  readonly parameters: Readonly<Record<string, string>>;
}

interface Route {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  answer(asked: Asked): void;
}

/** The orders that can be given from outside. */
const orders = ['enable', 'disable', 'restart', 'remove'] as const;
type Order = (typeof orders)[number];

/** Everything the API answers. */
export const routes: readonly Route[] = [
  {
    method: 'GET',
    path: '/api/v1/openapi.json',
    answer: ({ response, version }) => sendJson(response, 200, openApiDocument(version)),
  },
  { method: 'GET', path: '/api/v1/status', answer: sendStatus },
  { method: 'GET', path: '/api/v1/connections', answer: sendConnections },
  { method: 'GET', path: '/api/v1/connections/{id}', answer: sendStory },
  { method: 'GET', path: '/api/v1/connections/{id}/log', answer: sendLog },
  { method: 'GET', path: '/api/v1/connections/{id}/diagnosis', answer: sendDiagnosis },
  ...orders.map((order): Route => {
    return {
      method: 'POST',
      path: `/api/v1/connections/{id}/${order}`,
      answer: (asked) => give(order, asked),
    };
  }),
  { method: 'GET', path: '/api/v1/events', answer: sendEvents },
  { method: 'GET', path: '/metrics', answer: sendMetrics },
];

function sendStatus({ response, manager, history }: Asked): void {
  const connections = [...history.records().values()].map((record) => told(history, record).status);
  sendJson(response, 200, { ...manager.status, connections });
}

function sendConnections({ response, history }: Asked): void {
  const connections = [...history.records().values()].map((record) => told(history, record));
  sendJson(response, 200, { now: Date.now(), connections });
}

function sendStory(asked: Asked): void {
  const { record, redact } = asking(asked);
  sendJson(asked.response, 200, storyOf(record, redact));
}

function sendLog(asked: Asked): void {
  const { log } = asking(asked).record;
  const after = Number(asked.url.searchParams.get('after') ?? 0);
  if (!Number.isInteger(after) || after < 0)
    throw new Refusal(400, 'The parameter "after" must be the number of a line, 0 or above.');
  const lines = log.after(after);
  sendJson(asked.response, 200, { lines, last: log.last, lost: (lines[0]?.seq ?? after + 1) - after - 1 });
}

function sendDiagnosis(asked: Asked): void {
  const { record, redact } = asking(asked);
  const { version, manager } = asked;
  sendText(asked.response, diagnosisOf(record, { version, manager: manager.status, redact }));
}

function give(order: Order, asked: Asked): void {
  if (!asked.orders) throw new Refusal(403, 'This dashboard only shows: it was made with orders: false.');
  const { record } = asking(asked);
  const { connection } = record;
  // It resolves when the process is gone, which the state tells as well.
  if (order === 'remove') connection.remove().catch(asked.onProblem);
  else connection[order]();
  sendJson(asked.response, 202, told(asked.history, record));
}

function sendEvents({ request, response, url, manager, viewers }: Asked): void {
  const id = url.searchParams.get('connection');
  if (id !== null) manager.get(id);
  // A stream would keep whoever asks for its headers alone waiting, and be one of the viewers.
  if (request.method === 'HEAD') response.writeHead(200, streamed).end();
  else viewers.open(response, id);
}

function sendMetrics({ response, metrics, onProblem }: Asked): void {
  if (metrics === null)
    throw new Refusal(404, 'There are no metrics: this dashboard was made without the option metrics.');
  metrics.text().then(
    (text) => sendText(response, text, metrics.contentType),
    (error: unknown) => {
      sendProblem(response, error);
      onProblem(error);
    },
  );
}

function asking({ manager, history, parameters }: Asked): {
  record: ConnectionRecord;
  redact: (text: string) => string;
} {
  const { id } = manager.get(parameters['id'] ?? '');
  const record = history.records().get(id);
  if (record === undefined) throw new Refusal(404, `There is no record of connection "${id}".`);
  return { record, redact: (text) => history.redact(record, text) };
}

function told(history: History, record: ConnectionRecord) {
  return summaryOf(record, (text) => history.redact(record, text));
}
