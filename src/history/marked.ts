/** Makes a function that strikes these texts out of others: what an app marks as secret. */
export function strikeOut(secrets: readonly string[]): (text: string) => string {
  const marked = secrets.filter((text) => text !== '').toSorted((a, b) => b.length - a.length);
  return (text) => marked.reduce((rest, secret) => rest.replaceAll(secret, '[secret]'), text);
}
