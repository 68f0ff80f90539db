import { Validator } from '@seriousme/openapi-schema-validator';
import { Ajv2020 } from 'ajv/dist/2020.js';
import createClient, { type Client } from 'openapi-fetch';
import { describe, expect, it, onTestFinished } from 'vitest';
import { routes } from '../../src/http/routes.ts';
import {
  createTestManager,
  exits,
  initialises,
  life,
  notifies,
  registers,
  says,
} from '../../src/testing/index.ts';
import type { Dashboard } from '../../src/dashboard/index.ts';
import type { paths } from './api-types/api.ts';
import { ask, serve } from './kit.ts';

const start = [registers(), initialises()];
const modules = {
  lamp: life([...start, notifies('$status', { level: 'warning', message: 'is hot' }), says('on')], {
    calls: { brightness: () => 40 },
  }),
  fan: life([...start, says('it broke', { stream: 'stderr' }), exits(3)]),
  'über/all?': life([...start]),
};

async function staged() {
  const manager = createTestManager({ modules });
  onTestFinished(() => manager[Symbol.asyncDispose]());
  const metrics = { contentType: 'text/plain', text: async () => 'lamps 1' };
  const dashboard = await serve(manager, { metrics });
  for (const id of Object.keys(modules)) manager.add({ id, module: `${id}.js` });
  await manager.advance(10);
  return { manager, dashboard, client: clientOf(dashboard) };
}

/** A client with the types that were made of the document: what it is asked and what it answers is compared with them by the compiler. */
function clientOf({ url, token }: Dashboard): Client<paths> {
  return createClient<paths>({ baseUrl: url, headers: { authorization: `Bearer ${token}` } });
}

function at(id: string) {
  return { params: { path: { id } } };
}

async function documentOf(dashboard: Dashboard): Promise<DocumentRead> {
  return JSON.parse((await ask(dashboard, '/api/v1/openapi.json')).text) as DocumentRead;
}

interface DocumentRead {
  readonly paths: Record<string, Record<string, unknown>>;
  readonly components: { readonly schemas: Record<string, object> };
}

describe('the document', () => {
  it('is valid OpenAPI 3.1 and has every route and no other', async () => {
    const { dashboard } = await staged();
    const document = await documentOf(dashboard);
    expect(await new Validator().validate({ ...document })).toEqual({ valid: true });
    const described = Object.entries(document.paths).flatMap(([path, operations]) =>
      Object.keys(operations)
        .filter((method) => method !== 'parameters')
        .map((method) => `${method.toUpperCase()} ${path}`),
    );
    expect(described.toSorted()).toEqual(routes.map(({ method, path }) => `${method} ${path}`).toSorted());
  });

  it('says what every answer looks like, to the last property', async () => {
    const { manager, dashboard, client } = await staged();
    await manager.until(manager.get('lamp').call('brightness'));
    const document = await documentOf(dashboard);
    const ajv = new Ajv2020({ strict: false });
    // Here nothing may come that isn't described; elsewhere more may come later.
    ajv.addSchema({ $id: 'all', ...closed({ components: document.components }) });
    const check = (name: string, data: unknown): void => {
      ajv.validate(`all#/components/schemas/${name}`, data);
      expect({ name, errors: ajv.errors ?? null }).toEqual({ name, errors: null });
    };
    check('ManagerStatus', (await client.GET('/api/v1/status')).data);
    check('Connections', (await client.GET('/api/v1/connections')).data);
    for (const id of Object.keys(modules)) {
      check('Story', (await client.GET('/api/v1/connections/{id}', at(id))).data);
      check('Log', (await client.GET('/api/v1/connections/{id}/log', at(id))).data);
    }
    check('Summary', (await client.POST('/api/v1/connections/{id}/restart', at('lamp'))).data);
    const refused = await ask(dashboard, '/api/v1/connections/nobody');
    check('Problem', JSON.parse(refused.text));
  });
});

describe('a client with the types of the document', () => {
  it('gets through at every path that there is', async () => {
    const { manager, dashboard, client } = await staged();
    const asked = new Set<string>();
    client.use({ onRequest: ({ schemaPath, request }) => void asked.add(`${request.method} ${schemaPath}`) });
    const read = await Promise.all([
      client.GET('/api/v1/openapi.json'),
      client.GET('/api/v1/status'),
      client.GET('/api/v1/connections'),
      client.GET('/api/v1/connections/{id}', at('lamp')),
      client.GET('/api/v1/connections/{id}/log', at('lamp')),
      client.GET('/api/v1/connections/{id}/diagnosis', { ...at('lamp'), parseAs: 'text' }),
      client.GET('/api/v1/events', { parseAs: 'stream' }),
      client.POST('/api/v1/connections/{id}/restart', at('lamp')),
      client.POST('/api/v1/connections/{id}/disable', at('lamp')),
      client.POST('/api/v1/connections/{id}/enable', at('lamp')),
      client.POST('/api/v1/connections/{id}/remove', at('lamp')),
      client.GET('/metrics', { parseAs: 'text' }),
    ]);
    expect(read.map(({ error }) => error)).toEqual(read.map(() => undefined));
    const { paths: all } = await documentOf(dashboard);
    const wanted = Object.entries(all).flatMap(([path, { get, post }]) => [
      ...(get === undefined ? [] : [`GET ${path}`]),
      ...(post === undefined ? [] : [`POST ${path}`]),
    ]);
    expect([...asked].toSorted()).toEqual(wanted.toSorted());
    await read[6].data?.cancel();
    await manager.advance(1000);
  });

  it('is told in the type of an error why it was refused', async () => {
    const { client } = await staged();
    const { error } = await client.GET('/api/v1/connections/{id}', at('nobody'));
    expect(error).toMatchObject({ status: 404, code: 'CONNECTION_UNKNOWN', title: 'Not Found' });
    expect(error?.detail).toContain('nobody');
  });
});

describe('the API', () => {
  it('has the same JSON as the status', async () => {
    const { manager, client } = await staged();
    expect((await client.GET('/api/v1/status')).data).toEqual(JSON.parse(JSON.stringify(manager.status)));
  });

  it('tells what happened to a connection, what its module said and what calls took', async () => {
    const { manager, client } = await staged();
    await manager.until(manager.get('lamp').call('brightness'));
    const { data } = await client.GET('/api/v1/connections/{id}', at('lamp'));
    expect(data).toMatchObject({
      health: 'troubled',
      says: { level: 'warning', message: 'is hot' },
      status: { state: 'ready' },
      lives: [{ incarnation: 1, exit: null }],
      calls: {
        pending: [],
        pendingCount: 0,
        recent: [{ name: 'brightness', direction: 'out', outcome: 'ok' }],
      },
    });
    const states = data?.timeline.filter(({ kind }) => kind === 'state');
    expect(states?.map(({ state }) => state)).toEqual([
      'preparing',
      'queued',
      'spawning',
      'registering',
      'initialising',
      'ready',
    ]);
    expect(data?.timeline[0]).toMatchObject({ kind: 'order', text: 'enable' });
    const afterOne = { params: { path: { id: 'lamp' }, query: { after: 1 } } };
    const log = (await client.GET('/api/v1/connections/{id}/log', at('lamp'))).data;
    expect(log).toMatchObject({ lines: [{ seq: 1, stream: 'stdout', text: 'on' }], last: 1, lost: 0 });
    expect((await client.GET('/api/v1/connections/{id}/log', afterOne)).data?.lines).toEqual([]);
    expect((await client.GET('/api/v1/connections/{id}', at('fan'))).data).toMatchObject({
      health: 'down',
      restarts: 1,
      status: { lastExit: { code: 3, lastWords: ['it broke'] } },
    });
  });

  it('tells a diagnosis as text', async () => {
    const { client } = await staged();
    const { data } = await client.GET('/api/v1/connections/{id}/diagnosis', {
      ...at('fan'),
      parseAs: 'text',
    });
    expect(data).toContain('Connection fan: backingOff since');
    expect(data).toContain(
      'exited with code 3 while ready (cause exit-code, phase ready, code 3, signal -, a crash)',
    );
    expect(data).toContain('   | it broke');
    expect(data).toMatch(/^Policy:$/m);
  });

  it('gives orders, and says why one is refused', async () => {
    const { manager, dashboard, client } = await staged();
    const { response, data } = await client.POST('/api/v1/connections/{id}/disable', at('über/all?'));
    expect({ status: response.status, state: data?.status.state, wanted: data?.status.wanted }).toEqual({
      status: 202,
      state: 'stopping',
      wanted: false,
    });
    await manager.until(manager.get('über/all?').waitFor('disabled'));
    const path = `/api/v1/connections/${encodeURIComponent('über/all?')}`;
    const refused = await ask(dashboard, `${path}/restart`, { method: 'POST' });
    expect(JSON.parse(refused.text)).toMatchObject({ status: 409, code: 'ORDER_REJECTED' });
    await client.POST('/api/v1/connections/{id}/enable', at('über/all?'));
    await manager.until(manager.get('über/all?').waitFor('ready'));
    await client.POST('/api/v1/connections/{id}/remove', at('über/all?'));
    await manager.advance(1000);
    expect(manager.has('über/all?')).toBe(false);
    expect(JSON.parse((await ask(dashboard, path)).text)).toMatchObject({
      status: 404,
      code: 'CONNECTION_UNKNOWN',
    });
  });

  it('takes no orders where it only shows', async () => {
    const { manager } = await staged();
    const dashboard = await serve(manager, { orders: false });
    const answer = await ask(dashboard, '/api/v1/connections/lamp/restart', { method: 'POST' });
    expect(answer.status).toBe(403);
    expect(manager.get('lamp').status.incarnation).toBe(1);
  });
});

/** The same schemas, in which every object has only what is named. */
function closed(value: unknown): object {
  return JSON.parse(JSON.stringify(value), (_, part: unknown) => {
    const isObject = typeof part === 'object' && part !== null && 'properties' in part;
    return isObject && 'required' in part ? { ...part, additionalProperties: false } : part;
  }) as object;
}
