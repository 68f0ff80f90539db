/** The samples of a text in Prometheus' format, by name and labels in the order of the alphabet, such as `a{b="c"}`. */
export function samplesIn(text: string): ReadonlyMap<string, number> {
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(lines.map(sampleIn));
}

/** What is said of each metric: `name type`. */
export function typesIn(text: string): string[] {
  return Array.from(text.matchAll(/^# TYPE (\S+ \S+)$/gm), ([, said]) => String(said));
}

function sampleIn(line: string): [string, number] {
  const [, name = '', labels = '', value = ''] = /^(\w+)(?:\{(.*)\})? (\S+)$/.exec(line) ?? [];
  const sorted = labels.match(/\w+="(?:[^"\\]|\\.)*"/g)?.toSorted() ?? [];
  return [sorted.length === 0 ? name : `${name}{${sorted.join(',')}}`, Number(value)];
}
