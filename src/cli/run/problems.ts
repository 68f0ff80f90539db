/** What concerns no connection and must not be lost while the table fills the terminal. */
export interface Problems {
  /** The last hundred, oldest first; always the same list. */
  readonly all: readonly string[];
  note(problem: string): void;
  /** Takes no more warnings. */
  end(): void;
}

const kept = 100;

/** Keeps problems, and the warnings of Node and of libraries, which are printed where the table is drawn over them. */
export function keepProblems(): Problems {
  const all: string[] = [];
  const note = (problem: string): void => {
    all.push(problem);
    if (all.length > kept) all.shift();
  };
  const noteWarning = ({ message }: Error): void => note(`warning: ${message}`);
  process.on('warning', noteWarning);
  return { all, note, end: () => void process.off('warning', noteWarning) };
}
