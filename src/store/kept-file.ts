import { chmod, rename } from 'node:fs/promises';
import path from 'node:path';
import { GreenroomError } from '../errors.ts';
import { type Document, readDocument, writeDocument } from './document.ts';
import { markOf, previousOf, readIfThere, replaceFile, syncFolder } from './durable-file.ts';

/** Modules before API 1.13 know no secrets: there are passwords in their configs, too. */
const ownerOnly = 0o600;

/** One file of a store. */
export class KeptFile {
  readonly #file: string;
  readonly #kind: string;
  #mark: string | null = null;
  /** What the mark stands for. */
  #text: string | null = null;

  constructor(file: string, kind: string) {
    this.#file = file;
    this.#kind = kind;
  }

  /**
   * The content; undefined if there never was any. With `restore` the previous copy takes the place of a damaged file, which is set aside.
   * @throws {GreenroomError} `STORE_UNREADABLE`; nothing was changed.
   */
  async read(restore: boolean): Promise<unknown> {
    this.#mark = await markOf(this.#file);
    const text = await readIfThere(this.#file);
    this.#text = text;
    const previous = await readIfThere(previousOf(this.#file));
    if (text === null && previous === null) return undefined;
    const found = this.#understand(text);
    if (found.is === 'good') {
      await this.#keepForOwner();
      return found.content;
    }
    const copy = this.#understand(previous);
    if (found.is === 'newer' || !restore || copy.is !== 'good') throw this.#unreadable(found.why, copy.is);
    await this.#replaceBy(previous ?? '', text !== null);
    return copy.content;
  }

  /**
   * Resolves when the content is durable. Before that `onReplaced` is called: from then on it is what the next one to read finds, also when this rejects.
   * @throws when somebody else wrote this file meanwhile, and what the operating system throws.
   */
  async write(content: unknown, onReplaced?: () => void): Promise<void> {
    if (await this.#isChanged())
      throw new Error(`${this.#file} was changed by somebody else; one app at a time may use a store`);
    await this.#replace(writeDocument(this.#kind, content), onReplaced);
  }

  /** Some file systems give a file that nobody touched another number: what is in it counts. */
  async #isChanged(): Promise<boolean> {
    if ((await markOf(this.#file)) === this.#mark) return false;
    return (await readIfThere(this.#file)) !== this.#text;
  }

  /** What is in the file now is known before anything else can fail, lest the next write takes it for somebody else's. */
  async #replace(text: string, onReplaced?: () => void): Promise<void> {
    await replaceFile(this.#file, text, ownerOnly);
    this.#text = text;
    onReplaced?.();
    this.#mark = await markOf(this.#file);
    await syncFolder(path.dirname(this.#file));
  }

  /** A backup may have brought them back readable for all. Who doesn't own them reads them as they are. */
  async #keepForOwner(): Promise<void> {
    for (const file of [this.#file, previousOf(this.#file)])
      await chmod(file, ownerOnly).catch(() => undefined);
  }

  #understand(text: string | null): Document {
    return text === null ? { is: 'corrupt', why: 'it is missing' } : readDocument(this.#kind, text);
  }

  async #replaceBy(copy: string, isThere: boolean): Promise<void> {
    if (isThere) await rename(this.#file, `${this.#file}.damaged-${Date.now()}`);
    await this.#replace(copy);
  }

  #unreadable(why: string, copy: 'good' | 'newer' | 'corrupt'): GreenroomError {
    const previous = previousOf(this.#file);
    const remedy =
      copy === 'good'
        ? `Its previous copy ${previous} is intact: open the store with \`restore: true\` to go on with that, or repair the file.`
        : `There is no intact previous copy ${previous} either: repair the file from a backup, or move it away to begin anew.`;
    return new GreenroomError(
      'STORE_UNREADABLE',
      `${this.#file} can't be used: ${why}. Nothing was changed. ${remedy}`,
      {
        data: { file: this.#file, previous, previousIsGood: copy === 'good' },
      },
    );
  }
}
