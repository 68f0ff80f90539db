import { expect } from 'vitest';
import type { ChannelListener, MalformedFrame } from '../../src/ipc/channel.ts';

/** Keeps everything a channel tells, in order. */
export class Recorder implements ChannelListener {
  readonly events: ({ message: unknown } | { malformed: MalformedFrame } | 'closed')[] = [];

  get messages(): unknown[] {
    return this.events.flatMap((event) =>
      typeof event === 'object' && 'message' in event ? [event.message] : [],
    );
  }

  get malformed(): MalformedFrame[] {
    return this.events.flatMap((event) =>
      typeof event === 'object' && 'malformed' in event ? [event.malformed] : [],
    );
  }

  get closes(): number {
    return this.events.filter((event) => event === 'closed').length;
  }

  onMessage(message: unknown): void {
    this.events.push({ message });
  }

  onMalformed(malformed: MalformedFrame): void {
    this.events.push({ malformed });
  }

  onClose(): void {
    this.events.push('closed');
  }
}

/** Waits until something observable is so. */
export async function until(isSo: () => boolean): Promise<void> {
  await expect.poll(isSo, { interval: 2, timeout: 20_000 }).toBe(true);
}
