import { parseAst } from 'vitest/node';
import { changesOf, type Node, type Replacement } from './syntax.ts';

/** A compiled source with one place of it changed. */
export interface SourceMutant {
  /** Names it for good: file, function, what stood there and what stands there now. */
  readonly id: string;
  readonly kind: string;
  /** Below the folder of the compiled sources. */
  readonly file: string;
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/**
 * Every mutant of a compiled source that differs in one step. Functions in `charts` write parts of a chart, which is mutated as such, and are left out here,
 * as is what stands in no function if `charts` is given; not the functions inside of them.
 */
export function sourceMutants(file: string, source: string, charts?: readonly string[]): SourceMutant[] {
  const found: SourceMutant[] = [];
  const seen = new Map<string, number>();
  const add = (where: string, { start, end, text, kind }: Replacement): void => {
    const before = brief(source.slice(start, end));
    const named = `${file} ${where}: ${before} -> ${brief(text) || 'nothing'}`;
    const count = (seen.get(named) ?? 0) + 1;
    seen.set(named, count);
    found.push({ id: count === 1 ? named : `${named} (${count})`, kind, file, start, end, text });
  };
  const visit = (node: Node, parents: readonly Node[]): void => {
    const inner = functionName(node, parents.at(-1));
    if (node.type === 'ImportDeclaration') return;
    const where = nearest([...parents, node]);
    if (inner === undefined && (charts === undefined || isMeant(where, charts))) {
      for (const change of changesOf(node, parents.at(-1), source)) add(where ?? 'the file', change);
    }
    for (const child of childrenOf(node)) visit(child, [...parents, node]);
  };
  visit(parseAst(source) as unknown as Node, []);
  return found;
}

function isMeant(where: string | undefined, charts: readonly string[]): boolean {
  return where !== undefined && !charts.includes(where);
}

function nearest(way: readonly Node[]): string | undefined {
  for (let index = way.length - 1; index >= 0; index -= 1) {
    const name = functionName(way[index] as Node, way[index - 1]);
    if (name !== undefined) return name;
  }
  return undefined;
}

// A function by its own name, or that of the variable, property or method it is the value of.
function functionName(node: Node, parent: Node | undefined): string | undefined {
  if (!node.type.includes('Function')) return undefined;
  const named = (node['id'] ?? parent?.['id'] ?? parent?.['key']) as { name?: string } | null | undefined;
  return named?.name ?? 'function';
}

function childrenOf(node: Node): Node[] {
  return Object.values(node)
    .flatMap((value): unknown[] => (Array.isArray(value) ? value : [value]))
    .filter((value): value is Node => typeof value === 'object' && value !== null && 'type' in value);
}

function brief(code: string): string {
  const line = code.replaceAll(/\s+/g, ' ').replaceAll('`', "'");
  return line.length > 90 ? `${line.slice(0, 60)} … ${line.slice(-25)}` : line;
}
