/** Plain JSON, as it may be shown: without secrets, and without what messages of modules carry. */
export type Shown = null | boolean | number | string | readonly Shown[] | { readonly [key: string]: Shown };

/** An actor as viewers know it. */
export interface SeenActor {
  /** Unique within the process. */
  readonly sessionId: string;
  /** The session of the connection it belongs to; its own if it is a connection. */
  readonly rootId: string;
  /** The session of the actor that invoked it; null for a connection. */
  readonly parentId: string | null;
  /** The id of a connection, or the name under which an actor was invoked. */
  readonly name: string;
  /** Its statechart, as the config of an XState 5 machine, the same object for the same machine; null if it isn't one. */
  readonly chart: { readonly [key: string]: Shown } | null;
}

/** A snapshot of an actor; statecharts have `value`, `context` and `tags` as well. */
export type SeenSnapshot = { readonly status: string } & { readonly [key: string]: Shown };
/** An event of an actor. */
export type SeenEvent = { readonly type: string } & { readonly [key: string]: Shown };

/** One thing that is to be shown. `at` is in milliseconds since the epoch. */
export type Sight = { readonly at: number; readonly actor: SeenActor } & (
  | { readonly type: 'actor'; readonly snapshot: SeenSnapshot }
  /** It was sent an event; `sourceId` is the session of the sender, null if that is no actor. */
  | { readonly type: 'event'; readonly event: SeenEvent; readonly sourceId: string | null }
  /** It took the event and is like this now. */
  | { readonly type: 'snapshot'; readonly event: SeenEvent; readonly snapshot: SeenSnapshot }
);

/** Speaks to one kind of viewer. Made by `statelyFeed()`, or by a package for another viewer. */
export interface Feed {
  /** Its part of the address: small letters and digits. */
  readonly name: string;
  /** The address of the page that is such a viewer. The inspector's own page embeds it and hands it the frames with `postMessage`. */
  readonly viewer: string;
  /** The `type` of the message with which such a page says that it listens. */
  readonly greeting: string;
  /** What such a viewer is sent, as JSON; none for what it doesn't show. */
  frames(sight: Sight): readonly string[];
}
