/** What terminals take for orders, such as colours and titles: all begin with a character that can't be seen. */
const escapes =
  /[^\P{Cc}\t\r\n](?:\][^\p{Cc}]*(?:\p{Cc}\\?)?|\[[\d:;<=>?]*[ -/]*[@-~])|\u009B[\d:;<=>?]*[ -/]*[@-~]/gu;
/** What can't be seen, or turns what can be seen around. */
const unseen = /[^\P{Cc}\t\n]|\p{Bidi_Control}/gu;

/** A text of a module without what was meant for a terminal. */
export function plain(text: string): string {
  return text.replaceAll(escapes, '').replaceAll(unseen, '');
}
