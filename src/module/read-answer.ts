import { excerpt } from '../ipc/excerpt.ts';

/** What the host answered to `register`. */
export type Answer =
  | { readonly registered: true }
  | {
      readonly registered: false;
      /** For stderr, which the host shows. */
      readonly why: string;
      /** 78: host and module have no version in common; 77: refused for another reason; null: this was no answer. */
      readonly exitCode: 77 | 78 | null;
    };

/** Reads the first frame of the host. */
export function readAnswer(frame: unknown): Answer {
  const { type, code, message } = (frame ?? {}) as Record<string, unknown>;
  if (type === 'registered') return { registered: true };
  if (type === 'refused') {
    const why = typeof message === 'string' ? message : 'no reason was given';
    return {
      registered: false,
      why: `The host refused this module: ${why}`,
      exitCode: code === 'VERSION_UNSUPPORTED' ? 78 : 77,
    };
  }
  return {
    registered: false,
    why: `The host must answer \`register\` first; it sent ${excerpt(frame)}`,
    exitCode: null,
  };
}
