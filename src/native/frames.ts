/** A frame of a module whose shape is right; what is inside is still the module's claim. */
export type ModuleFrame = RegisterFrame | CallFrame | NotifyFrame | NumberedFrame;

export interface RegisterFrame {
  readonly type: 'register';
  readonly [field: string]: unknown;
}

export interface CallFrame {
  readonly type: 'call';
  readonly id: number;
  readonly name: string;
  readonly payload?: unknown;
}

export interface NotifyFrame {
  readonly type: 'notify';
  readonly name: string;
  readonly payload?: unknown;
}

export interface NumberedFrame {
  readonly type: 'result' | 'error' | 'cancel';
  readonly id: number;
  readonly error?: unknown;
}

/** Reads what a module sent; a text says what is wrong with it. */
export function readFrame(frame: unknown): ModuleFrame | string {
  if (typeof frame !== 'object' || frame === null || Array.isArray(frame))
    return 'a frame must be a JSON object';
  const fields = frame as Record<string, unknown>;
  const check = checks.get(fields['type']);
  if (!check) return 'its `type` must be register, call, result, error, cancel or notify';
  return check(fields) ?? (frame as ModuleFrame);
}

type Check = (frame: Readonly<Record<string, unknown>>) => string | undefined;

const checks: ReadonlyMap<unknown, Check> = new Map<string, Check>([
  ['register', () => undefined],
  ['call', (frame) => wrongId(frame) ?? wrongName(frame)],
  ['notify', wrongName],
  ['result', wrongId],
  ['error', wrongId],
  ['cancel', wrongId],
]);

function wrongId({ id }: Readonly<Record<string, unknown>>): string | undefined {
  return Number.isSafeInteger(id) && (id as number) > 0
    ? undefined
    : 'its `id` must be a whole number above 0';
}

function wrongName({ name }: Readonly<Record<string, unknown>>): string | undefined {
  return typeof name === 'string' && name !== '' ? undefined : 'its `name` must be a text that is not empty';
}
