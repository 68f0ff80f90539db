import { reference, type Schema } from './schema.ts';
import { schemas } from './schemas.ts';

/** The OpenAPI 3.1 document of the HTTP API. */
export function openApiDocument(version: string): object {
  return {
    openapi: '3.1.0',
    info: {
      title: 'Greenroom',
      version,
      description:
        'The connections of a manager: what they are like, what happened to them, and orders to them.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: '/' }],
    security: [{ token: [] }],
    paths: {
      ...readPaths(),
      ...orderPaths(),
      '/api/v1/events': { get: eventStream() },
      '/metrics': { get: metrics() },
    },
    components: {
      schemas,
      securitySchemes: { token: { type: 'http', scheme: 'bearer' } },
      responses: { Problem: { description: 'Refused.', content: problem } },
    },
  };
}

type Content = Readonly<Record<string, { schema: Schema }>>;

const problem: Content = { 'application/problem+json': { schema: reference('Problem') } };

const ofConnection = {
  parameters: [{ name: 'id', in: 'path', required: true, schema: { type: 'string' } }],
};

function readPaths(): object {
  return {
    '/api/v1/openapi.json': { get: get('readDocument', 'This document.', json({ type: 'object' })) },
    '/api/v1/status': {
      get: get('readStatus', '`manager.status`, last words cut.', json(reference('ManagerStatus'))),
    },
    '/api/v1/connections': {
      get: get('listConnections', 'All connections.', json(reference('Connections'))),
    },
    '/api/v1/connections/{id}': {
      ...ofConnection,
      get: get('readConnection', 'What is remembered of one connection.', json(reference('Story'))),
    },
    '/api/v1/connections/{id}/log': {
      ...ofConnection,
      get: {
        ...get('readLog', 'What its module wrote and logged lately.', json(reference('Log'))),
        parameters: [
          {
            name: 'after',
            in: 'query',
            description: 'The number of the last line that is known.',
            schema: { type: 'integer', minimum: 0, default: 0 },
          },
        ],
      },
    },
    '/api/v1/connections/{id}/diagnosis': {
      ...ofConnection,
      get: get('readDiagnosis', 'All that a bug report needs, for people.', {
        'text/plain': { schema: { type: 'string' } },
      }),
    },
  };
}

const orderSummaries = {
  enable: 'Wants it to run; begins anew if it is failed or misconfigured.',
  disable: 'Wants it not to run.',
  restart: 'One stop and one start.',
  remove: 'Stops it and forgets it.',
};

function orderPaths(): object {
  const paths = Object.entries(orderSummaries).map(([order, summary]) => {
    const post = {
      operationId: order,
      summary,
      responses: {
        202: { description: 'What it is like right after the order.', content: json(reference('Summary')) },
        default: { $ref: '#/components/responses/Problem' },
      },
    };
    return [`/api/v1/connections/{id}/${order}`, { ...ofConnection, post }];
  });
  return Object.fromEntries(paths);
}

function eventStream(): object {
  const description =
    'Server-sent events, each with JSON. `manager`: version, instance, time, start slots and the memory of `spares`, first of all and then every five seconds. `connections`: ' +
    '`items` are the summaries of all connections first and then of those that changed, at most four times a second and each at most once; `removed` are the ids of ' +
    'those that are gone. `complete`: all connections were told. With `connection`: `story` is its story, with only those happenings that are new and with `lives` only if they changed; ' +
    '`begin` is true in the first of a connection: whatever was told before is of another that had its id. ' +
    '`log` has its new `lines`, and how many were `lost`. A viewer that is slow misses what came between and gets what is true by then.';
  return {
    ...get('watch', 'What changes, as it happens.', { 'text/event-stream': { schema: { type: 'string' } } }),
    description,
    parameters: [
      {
        name: 'connection',
        in: 'query',
        description: 'The connection to be told in detail.',
        schema: { type: 'string' },
      },
    ],
  };
}

function metrics(): object {
  const content: Content = { 'text/plain': { schema: { type: 'string' } } };
  return {
    ...get('readMetrics', 'Metrics for Prometheus, if they were asked for.', content),
    description: 'The text format of Prometheus, version 0.0.4; 404 where no metrics are made.',
  };
}

function get(operationId: string, summary: string, content: Content): object {
  return {
    operationId,
    summary,
    responses: {
      200: { description: summary, content },
      default: { $ref: '#/components/responses/Problem' },
    },
  };
}

function json(schema: Schema): Content {
  return { 'application/json': { schema } };
}
