import { GreenroomError } from '../errors.ts';
import { type Calls, createCalls } from '../ipc/calls.ts';
import type { SendOptions } from '../ipc/channel.ts';
import type {
  CallOptions,
  InboundMessage,
  ModuleSettings,
  Session,
  SessionPort,
} from '../process/protocol.ts';
import { type Answers, createAnswers, failure, success } from './answers.ts';
import { decode, encode } from './ejson.ts';
import { type CallbackId, type Envelope, readEnvelope } from './envelope.ts';
import { configureCall, type InitOptions, initPayload } from './init.ts';
import { KeptConfig, type UpgradeIndexes } from './kept-config.ts';
import { isEarly, refuseReserved } from './names.ts';
import { readRegistration } from './registration.ts';
import { readAnswer, type RemoteAnswer } from './remote-answer.ts';
import { messageOf, ownWords } from './words.ts';

export interface SessionOptions extends InitOptions {
  /** The version of the installed base: what a module means that registers with "0.0.0". */
  readonly baseVersion?: string | undefined;
}

/** One process's conversation in the Companion module API. */
export class CompanionSession implements Session {
  readonly #port: SessionPort;
  readonly #options: SessionOptions;
  readonly #kept: KeptConfig;
  readonly #calls: Calls;
  readonly #answers: Answers;
  #registerId: CallbackId | null = null;
  #level = 0;
  #isClosed = false;

  constructor(port: SessionPort, options: SessionOptions, indexes: UpgradeIndexes) {
    this.#port = port;
    this.#options = options;
    this.#kept = new KeptConfig(port, options, indexes);
    this.#calls = createCalls({ clock: port.clock });
    const refuse = (why: string): void => this.#refuse(why);
    this.#answers = createAnswers(port.app, (message) => port.send(message), refuse);
  }

  onFrame(frame: unknown): void {
    const envelope = readEnvelope(frame);
    if (envelope.is === 'wrong') this.#refuse(envelope.why);
    else if (envelope.is === 'response') this.#settle(envelope);
    else if (envelope.name === 'register') this.#register(envelope);
    else this.#port.receive(inbound(envelope));
  }

  acceptRegistration(): void {
    this.#answerRegistration((id) => success(id, '{}'));
  }

  // A base gives up when it isn't answered within 5 s.
  acceptWaiting(onWaits: (isAccepted: boolean) => void): void {
    this.acceptRegistration();
    onWaits(true);
  }

  refuseRegistration(reason: string): void {
    this.#answerRegistration((id) => failure(id, new GreenroomError('REGISTRATION_REFUSED', reason)));
  }

  initialise(settings: ModuleSettings): void {
    const payload = () => initPayload(settings, this.#level, this.#options, this.#kept.begin(settings));
    const done = this.#request('init', payload, { timeout: 0 }).then((answer) => {
      if (this.#isClosed) return;
      this.#port.app.notify('companion.initialised', this.#kept.end(answer, this.#level));
      this.#port.report({ type: 'module.initialised' });
    });
    // Of what the module answered, too: it may be too deep to be compared.
    done.catch((error: unknown) => {
      if (this.#isClosed) return;
      this.#port.report({ type: 'module.initFailed', message: ownWords(error), misconfigured: false });
    });
  }

  async configure(settings: ModuleSettings): Promise<'taken' | 'restart'> {
    if (this.#kept.missesUpgrades) return 'restart';
    const { name, payload } = configureCall(settings, this.#level);
    await this.#request(name, () => payload, {});
    return 'taken';
  }

  /** No base knows this call: each answers it with an error, logs nothing, and so proves that its event loop turns. */
  async ping(): Promise<void> {
    await this.#ask('greenroom.ping', undefined, { timeout: 0 });
  }

  askToStop(): void {
    const answered = (): void => {
      if (!this.#isClosed) this.#port.report({ type: 'stop.answered' });
    };
    this.#ask('destroy', '{}', { timeout: 0 }).then(answered, answered);
  }

  deliver(message: InboundMessage): void {
    if (this.#isClosed) return;
    const envelope = message.frame as Envelope;
    if (envelope.is === 'call') this.#deliverCall(envelope);
  }

  async call(name: string, payload: unknown, options: CallOptions): Promise<unknown> {
    refuseReserved(name);
    return this.#request(name, () => payload, options);
  }

  notify(name: string, payload: unknown, options?: SendOptions): void {
    refuseReserved(name);
    this.#port.send({ direction: 'call', name, ...withText(encode(name, payload)) }, options);
  }

  close(error: GreenroomError): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#calls.rejectAll(error);
    this.#answers.close(error);
  }

  #register(call: Envelope & { is: 'call' }): void {
    if (call.callbackId === undefined)
      return this.#refuse('A register call came without a callbackId, so it can’t be answered', true);
    try {
      const { connectionId, token } = this.#port;
      const expected = { connectionId, token, baseVersion: this.#options.baseVersion };
      const { tokenValid, level, detail } = readRegistration(decode(call.text), expected);
      if (this.#registerId === null) this.#level = level ?? 0;
      this.#registerId ??= call.callbackId;
      this.#port.report({ type: 'module.registered', tokenValid, versionSupported: level !== null, detail });
    } catch (error) {
      this.#refuse(`A register call can’t be read: ${messageOf(error)}`, true);
    }
  }

  #answerRegistration(answer: (id: CallbackId) => Parameters<SessionPort['send']>[0]): void {
    if (this.#registerId === null || this.#port.isAccepted) return;
    try {
      this.#port.send(answer(this.#registerId));
    } catch (error) {
      this.#refuse(`The answer to register could not be sent: ${messageOf(error)}`);
    }
  }

  #settle(response: Envelope & { is: 'response' }): void {
    const { callbackId } = response;
    if (typeof callbackId === 'number' && this.#calls.resolve(callbackId, response)) return;
    this.#port.receive({ kind: 'response', name: 'response', early: false, frame: response });
  }

  #deliverCall(call: Envelope & { is: 'call' }): void {
    const { name, callbackId } = call;
    try {
      const payload = decode(call.text);
      if (callbackId === undefined) this.#tell(name, payload);
      else this.#answers.answer({ name, payload, callbackId });
    } catch (error) {
      this.#refuse(`"${name}" of the module was not understood: ${messageOf(error)}`);
      if (callbackId !== undefined) this.#answers.fail({ name, callbackId }, error);
    }
  }

  #tell(name: string, payload: unknown): void {
    if (name === 'saveConfig' && this.#kept.save(payload)) return;
    this.#port.app.notify(name, payload);
  }

  async #request(name: string, payload: () => unknown, options: CallOptions): Promise<unknown> {
    return readAnswer(name, await this.#ask(name, encode(name, payload()), options));
  }

  async #ask(name: string, text: string | undefined, options: CallOptions): Promise<RemoteAnswer> {
    return (await this.#calls.begin({
      name,
      timeout: options.timeout ?? 5000,
      signal: options.signal,
      send: (callbackId) => this.#port.send({ direction: 'call', name, callbackId, ...withText(text) }),
      cancel: () => undefined,
    })) as RemoteAnswer;
  }

  #refuse(detail: string, fatal = false): void {
    this.#port.report({ type: 'message.refused', detail, fatal });
  }
}

function inbound(call: Envelope & { is: 'call' }): InboundMessage {
  const kind = call.callbackId === undefined ? 'notification' : 'call';
  return { kind, name: call.name, early: isEarly(call.name), frame: call };
}

function withText(text: string | undefined): { payload?: string } {
  return text === undefined ? {} : { payload: text };
}
