/** One thing that happened, and to whom. */
export interface StoryStep {
  /** The index of the actor; 0 if there is but one. */
  readonly actor: number;
  readonly move: string;
}

/** How something came about, as the shortest list of moves. Plain JSON. */
export type Story = readonly StoryStep[];

/** Something that must hold and doesn't. */
export interface Violation {
  /** The name of the invariant or goal. */
  readonly invariant: string;
  readonly detail: string;
  readonly story: Story;
  /** The story in words, one sentence for each step, and where it ends. */
  readonly words: readonly string[];
}

export interface Report {
  /** Distinct configurations reached. */
  readonly configurations: number;
  /** Steps taken between them. */
  readonly transitions: number;
  /** False if a limit was reached first. */
  readonly closed: boolean;
  readonly seconds: number;
  /** One for each invariant that doesn't hold, with the shortest story there is. */
  readonly violations: readonly Violation[];
}

/** A violation as text: what doesn't hold, and the story that leads there, numbered. */
export function printViolation({ invariant, detail, words }: Violation): string {
  const steps = words.map((sentence, index) => `  ${index + 1}. ${sentence}`);
  return [`Not true: ${invariant}`, ...steps, `  => ${detail}`].join('\n');
}
