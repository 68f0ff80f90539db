import { GreenroomError } from '../errors.ts';
import type { Json } from '../ipc/channel.ts';
import { defaultMostAnswering, tooManyAtOnce } from '../ipc/most-answering.ts';
import type { AppPort } from '../process/protocol.ts';
import { encode } from './ejson.ts';
import type { CallbackId } from './envelope.ts';

/** A call of the module that waits for the app. */
export interface InboundCall {
  readonly name: string;
  readonly payload: unknown;
  readonly callbackId: CallbackId;
}

/** Has the app answer calls of one module. */
export interface Answers {
  answer(call: InboundCall): void;
  /** Answers without asking the app. */
  fail(call: Omit<InboundCall, 'payload'>, error: unknown): void;
  /** Aborts what the app is still working on; nothing is sent any more. */
  close(error: GreenroomError): void;
}

/** Answers of `app`, sent by `send`; an answer that can't be sent becomes a failure, and that one is given to `onLost`. */
export function createAnswers(
  app: AppPort,
  send: (message: Json) => void,
  onLost: (why: string) => void,
): Answers {
  const running = new Set<AbortController>();
  const most = defaultMostAnswering;
  let closed = false;
  const run = async (call: InboundCall): Promise<void> => {
    const abort = new AbortController();
    running.add(abort);
    try {
      const result = await app
        .call(call.name, call.payload, { signal: abort.signal })
        .catch(usualAnswer(call));
      if (!closed) send(success(call.callbackId, encode(call.name, result)));
    } catch (error) {
      if (!closed) fail(call, error);
    } finally {
      running.delete(abort);
    }
  };
  const fail: Answers['fail'] = (call, error) => {
    try {
      send(failure(call.callbackId, error));
    } catch (cause) {
      onLost(
        `The answer to "${call.name}" could not be sent: ${cause instanceof Error ? cause.message : String(cause)}`,
      );
    }
  };
  return {
    answer: (call) => (running.size < most ? void run(call) : fail(call, tooManyAtOnce(call.name, most))),
    fail,
    close(error) {
      closed = true;
      for (const abort of running) abort.abort(error);
    },
  };
}

/** A response that carries this EJSON text; no text is an answer of `undefined`. */
export function success(callbackId: CallbackId, text: string | undefined): Json {
  return { direction: 'response', callbackId, success: true, ...(text !== undefined && { payload: text }) };
}

/** A response that makes the module's call reject; its payload is plain JSON and never missing, which some bases don't survive. */
export function failure(callbackId: CallbackId, error: unknown): Json {
  const { message, stack } = error instanceof Error ? error : { message: String(error), stack: '' };
  return { direction: 'response', callbackId, success: false, payload: JSON.stringify({ message, stack }) };
}

/** Modules can't do without an answer to two of their calls, so these have one even if the app doesn't care for them. */
function usualAnswer(call: InboundCall): (error: unknown) => unknown {
  return (error) => {
    if (!(error instanceof GreenroomError && error.code === 'HANDLER_MISSING')) throw error;
    if (call.name === 'upgradedItems') return {};
    if (call.name === 'parseVariablesInString') return { text: textOf(call.payload), variableIds: [] };
    throw error;
  };
}

function textOf(payload: unknown): unknown {
  return typeof payload === 'object' && payload !== null && 'text' in payload ? payload.text : '';
}
