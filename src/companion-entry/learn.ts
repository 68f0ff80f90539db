/** Milliseconds, for definitions that name no other time. */
const defaultTimeout = 5000;

interface Teacher {
  readonly learnTimeout?: number;
  learn?(instance: object, context: object): unknown;
}

/** What a module teaches: options to lay over those that are there, or undefined. Rejects when it takes longer than its `learnTimeout`. */
export async function learn(teacher: Teacher | undefined, event: object, context: object): Promise<unknown> {
  if (!teacher?.learn) return undefined;
  const patience = teacher.learnTimeout ?? defaultTimeout;
  let timer: NodeJS.Timeout | undefined;
  const enough = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`The module learnt nothing within ${patience} ms.`)), patience);
  });
  try {
    return (await Promise.race([teacher.learn(event, context), enough])) ?? undefined;
  } finally {
    clearTimeout(timer);
  }
}
