import * as fc from 'fast-check';
import { anyJson, type Dialect } from './any-frame.ts';
import type { Field } from './frame.ts';
import { places, withPlaces } from './places.ts';

/** Our own protocol, as a module speaks it. */
export const nativeDialect: Dialect = {
  frames: fc.oneof(
    fields({
      type: fc.constant('register'),
      token: token(),
      versions: fc.oneof(fc.constantFrom([1], [2], [1, 2], [], [999]), anyJson()),
      module: anyJson(),
    }),
    fields({ type: fc.constant('call'), id: id(), name: name(), payload: anyJson() }),
    fields({ type: fc.constant('notify'), name: name(), payload: payload() }),
    fields({ type: fc.constant('call'), id: id(), name: name(), payload: withPlaces(), bytes: places() }),
    fields({ type: fc.constant('result'), id: id(), value: withPlaces(), bytes: places() }),
    fields({ type: fc.constant('result'), id: id(), value: anyJson() }),
    fields({
      type: fc.constant('error'),
      id: id(),
      error: fc.oneof(anyJson(), fc.constant({ message: 'no', code: 'MISCONFIGURED' })),
    }),
    fields({ type: fc.constant('cancel'), id: id() }),
  ),
  holes: [
    '<deep>',
    '{"cmd":"NODE_HANDLE","message":<deep>}',
    '{"type":<deep>}',
    '{"type":"notify","name":"n","payload":<deep>}',
    '{"type":"notify","name":"$status","payload":<deep>}',
    '{"type":"call","id":5,"name":"echo","payload":<deep>}',
    '{"type":"call","id":5,"name":"$no","payload":<deep>}',
    '{"type":"result","id":"<id 0>","value":<deep>}',
    '{"type":"error","id":"<id 0>","error":<deep>}',
    '{"type":"error","id":"<id 0>","error":{"message":"m","data":<deep>}}',
    '{"type":"register","token":"<token>","versions":<deep>,"module":<deep>}',
    '[[4,"n",<deep>],[1,"<id 0>",<deep>],<deep>]',
    '[[0,5,"echo",<deep>],[3,5],[2,"<id 0>",<deep>],[]]',
  ],
};

/** Our own protocol, as a host speaks it. */
export const hostDialect: Dialect = {
  frames: fc.oneof(
    nativeDialect.frames,
    fields({ type: fc.constant('registered'), version: anyJson() }),
    fields({
      type: fc.constant('call'),
      id: id(),
      name: fc.constantFrom('$init', '$configure', '$ping', '$nonsense'),
      payload: anyJson(),
    }),
  ),
  holes: nativeDialect.holes,
};

/** The Companion module API as bases of this version speak it: from 1.5 on callback ids are numbers. */
export function companionDialect(version: string, ids: 'text' | 'number'): Dialect {
  const callbackId = fc.oneof(id(), ids === 'text' ? fc.constantFrom('1', '2', 'x') : fc.nat(5));
  const registration = fc.record({
    apiVersion: fc.oneof({ weight: 4, arbitrary: fc.constant<unknown>(version) }, anyJson()),
    connectionId: fc.oneof({ weight: 4, arbitrary: fc.constant<unknown>('<connection>') }, anyJson()),
    verificationToken: token(),
  });
  return {
    frames: fc.oneof(
      fields({
        direction: fc.constant('call'),
        name: fc.constant('register'),
        payload: registration.map((all) => JSON.stringify(all)),
        callbackId,
      }),
      fields({ direction: fc.constant('call'), name: companionName(), payload: ejson(), callbackId }),
      fields({ direction: fc.constant('call'), name: companionName(), payload: ejson() }),
      fields({ direction: fc.constant('response'), callbackId, success: fc.boolean(), payload: ejson() }),
    ),
    holes: [
      '<deep>',
      '{"cmd":"NODE_HANDLE","message":<deep>}',
      '{"direction":<deep>}',
      '{"direction":"call","name":"log-message","payload":<deep>}',
      '{"direction":"response","callbackId":"<id 0>","success":true,"payload":<deep>}',
      ...['{"updatedConfig":<deep>}', '<deep>', '{"$type":<deep>}'].flatMap((text) => [
        inText(`{"direction":"response","callbackId":"<id 0>","success":true,"payload":"<text>"}`, text),
        inText(`{"direction":"call","name":"saveConfig","payload":"<text>"}`, text),
        inText(`{"direction":"call","name":"echo","payload":"<text>","callbackId":3}`, text),
      ]),
    ],
  };
}

// Deep JSON of arrays needs no quotation marks, so it may stand inside of a text as it is.
function inText(frame: string, text: string): string {
  return frame.replace('<text>', JSON.stringify(text).slice(1, -1));
}

function companionName(): fc.Arbitrary<unknown> {
  const known = fc.constantFrom(
    'log-message',
    'set-status',
    'saveConfig',
    'upgradedItems',
    'parseVariablesInString',
    'setVariableValues',
    'echo',
    'fails',
    'init',
    '__proto__',
    'constructor',
  );
  return fc.oneof({ weight: 6, arbitrary: known }, anyJson());
}

function ejson(): fc.Arbitrary<unknown> {
  const odd = fc.constantFrom(
    '{"$type":"x","$value":{}}',
    '{"$type":"__proto__","$value":{}}',
    '{"$date":"x"}',
    '{"$date":8.64e15}',
    '{"$binary":"%%"}',
    '{"$regexp":"(","$flags":"q"}',
    '{"$InfNaN":5}',
    '{"$escape":{"$date":1}}',
    '{"__proto__":{"a":1}}',
    '{"\\u005f_proto__":{}}',
    '{"config":{"a":1},"secrets":null}',
    '{"config":[]}',
    '',
    'undefined',
  );
  return fc.oneof(
    { weight: 4, arbitrary: anyJson().map((value) => JSON.stringify(value)) },
    { weight: 2, arbitrary: odd },
    anyJson(),
  );
}

function name(): fc.Arbitrary<unknown> {
  const known = fc.constantFrom(
    'n',
    'echo',
    'fails',
    'never',
    '$log',
    '$status',
    '$extend',
    '$unregister',
    '$init',
    '$ping',
    '$no',
    '',
    '__proto__',
    'constructor',
  );
  return fc.oneof({ weight: 6, arbitrary: known }, anyJson());
}

function payload(): fc.Arbitrary<unknown> {
  const known = fc.constantFrom<unknown>(
    { level: 'info', message: 'm' },
    { level: 'ok', message: 'm' },
    { milliseconds: 5 },
    { milliseconds: -1 },
    { milliseconds: 1e308 },
    { level: '__proto__', message: 'm' },
  );
  return fc.oneof(known, anyJson());
}

function id(): fc.Arbitrary<unknown> {
  return fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom<unknown>('<id 0>', '<id 1>', 2 ** 30) },
    { weight: 4, arbitrary: fc.nat(5) },
    anyJson(),
  );
}

function token(): fc.Arbitrary<unknown> {
  return fc.oneof(
    { weight: 3, arbitrary: fc.constant<unknown>('<token>') },
    { weight: 1, arbitrary: fc.constantFrom<unknown>('0'.repeat(64), '<token> ') },
    anyJson(),
  );
}

function fields(shape: Readonly<Record<string, fc.Arbitrary<unknown>>>): fc.Arbitrary<readonly Field[]> {
  return fc.record(shape).map((all) => Object.entries(all));
}
