/** A node of a syntax tree, as ESTree has it. */
export interface Node {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [key: string]: unknown;
}

/** A piece of source and what stands there instead. */
export interface Replacement {
  readonly kind: string;
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** What may be changed in one step at a node. */
export function changesOf(node: Node, parent: Node | undefined, source: string): Replacement[] {
  const replaced = (kind: string, ...texts: readonly string[]): Replacement[] =>
    texts.map((text) => ({ kind, start: node.start, end: node.end, text }));
  return rules[node.type]?.({ node, parent, replaced, text: (part) => textOf(part, source), source }) ?? [];
}

interface Asked {
  readonly node: Node;
  readonly parent: Node | undefined;
  readonly source: string;
  replaced(kind: string, ...texts: readonly string[]): Replacement[];
  text(part: unknown): string;
}

const opposites: Readonly<Record<string, readonly string[]>> = {
  '<': ['<=', '>='],
  '<=': ['<', '>'],
  '>': ['>=', '<='],
  '>=': ['>', '<'],
  '===': ['!=='],
  '!==': ['==='],
  '+': ['-'],
  '-': ['+'],
  '*': ['/'],
  '/': ['*'],
  '+=': ['-='],
  '-=': ['+='],
  '&&': ['||'],
  '||': ['&&'],
};

const counterparts: Readonly<Record<string, string>> = {
  min: 'max',
  max: 'min',
  some: 'every',
  every: 'some',
};

const rules: Readonly<Record<string, (asked: Asked) => Replacement[]>> = {
  BinaryExpression: withOperator('change comparison or sum'),
  AssignmentExpression: withOperator('change comparison or sum'),
  LogicalExpression: (asked) => [
    ...withOperator('change logic')(asked),
    ...asked.replaced(
      'change logic',
      `(${asked.text(asked.node['left'])})`,
      `(${asked.text(asked.node['right'])})`,
    ),
  ],
  ConditionalExpression: ({ node, replaced, text }) =>
    replaced('always one branch', `(${text(node['consequent'])})`, `(${text(node['alternate'])})`),
  UnaryExpression: ({ node, replaced, text }) =>
    node['operator'] === '!' ? replaced('drop negation', `(${text(node['argument'])})`) : [],
  IfStatement: ({ node, replaced, text }) => [
    ...replaced('drop statement', ';'),
    ...replaced('always one branch', `if (true) ${text(node['consequent'])}`),
  ],
  ExpressionStatement: ({ node, replaced }) => ('directive' in node ? [] : replaced('drop statement', ';')),
  Literal: changedLiteral,
  TemplateLiteral: ({ replaced }) => replaced('change text', "''"),
  MemberExpression: counterpart,
  ObjectExpression: ({ node, source }) =>
    without(node['properties'] as readonly Node[], source, 'drop property'),
  ArrayExpression: ({ node, source }) => without(node['elements'] as readonly Node[], source, 'drop element'),
};

function withOperator(kind: string) {
  return ({ node, source, replaced }: Asked): Replacement[] => {
    const operator = String(node['operator']);
    const [left, right] = [node['left'] as Node, node['right'] as Node];
    // In place, so that parentheses stay where they are.
    const changed = (other: string): string =>
      source.slice(node.start, left.end) +
      source.slice(left.end, right.start).replace(operator, other) +
      source.slice(right.start, node.end);
    return replaced(kind, ...(opposites[operator] ?? []).map(changed));
  };
}

function changedLiteral({ node, parent, replaced }: Asked): Replacement[] {
  const { value } = node;
  if (typeof value === 'number') return replaced('off by one', `${value + 1}`, `(${value - 1})`);
  if (typeof value === 'boolean') return replaced('flip', String(!value));
  const isName = parent?.type === 'Property' && parent['key'] === node;
  return typeof value === 'string' && !isName ? replaced('change text', value === '' ? "'?'" : "''") : [];
}

function counterpart({ node, text, replaced }: Asked): Replacement[] {
  const other = counterparts[text(node['property'])];
  return other === undefined ? [] : replaced('change call', `${text(node['object'])}.${other}`);
}

function without(parts: readonly Node[], source: string, kind: string): Replacement[] {
  return parts.map((part) => {
    const comma = /^\s*,/.exec(source.slice(part.end))?.[0] ?? '';
    return { kind, start: part.start, end: part.end + comma.length, text: '' };
  });
}

function textOf(part: unknown, source: string): string {
  const { start, end } = part as Node;
  return source.slice(start, end);
}
