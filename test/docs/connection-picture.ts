import { createRequire } from 'node:module';
import type { ELK, ElkEdgeSection, ElkExtendedEdge, ElkLabel, ElkNode } from 'elkjs';
import type { AnyStateMachine, AnyStateNode } from 'xstate';
import { allNodes } from '../../src/testing/table.ts';

interface Edge {
  readonly source: AnyStateNode;
  readonly target: AnyStateNode;
  readonly label: string;
}

// elkjs is CommonJS with types of its own making: as an ES module import its class has no type.
const Elk = createRequire(import.meta.url)('elkjs') as new () => ELK;

const charWidth = 6.7;
const lineHeight = 14;

/** The chart as SVG. Transitions that three or more states of one parent share are drawn once, from that parent. */
export async function connectionPicture(machine: AnyStateMachine): Promise<string> {
  return svg(await layoutOf(machine, roomy));
}

/** The chart for a page that lights its states: without style and words at the arrows, but with names for both and tooltips. */
export async function livePicture(machine: AnyStateMachine): Promise<string> {
  const layout = await layoutOf(machine, tight);
  const { width = 0, height = 0 } = layout;
  const words = new Map(arrowsOf(hoisted(edgesOf(machine))).map(({ id, labels }) => [id, labels?.[0]?.text]));
  const nodes = new Map(allNodes(machine.root).map((node) => [node.id, node]));
  return `<svg viewBox="0 0 ${Math.ceil(width)} ${Math.ceil(height)}" width="${Math.ceil(width)}" height="${Math.ceil(height)}" role="img" aria-label="The statechart of a connection">
<marker id="head" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto-start-reverse"><path d="M0 0L8 4L0 8z"/></marker>
${liveBoxes(layout, nodes).join('\n')}
${(layout.edges ?? []).map((edge) => liveArrow(edge, nodes, words.get(edge.id) ?? '')).join('\n')}
</svg>
`;
}

interface Room {
  readonly hasWords: boolean;
  /** How much wider than small words the names of states are: pixels per character. */
  readonly widening: number;
  readonly options: Readonly<Record<string, string>>;
  readonly height: number;
  readonly padding: string;
}

const roomy: Room = {
  hasWords: true,
  widening: 1,
  height: 32,
  padding: '[top=34,left=18,bottom=18,right=18]',
  options: {
    'elk.direction': 'DOWN',
    'elk.spacing.nodeNode': '30',
    'elk.spacing.edgeNode': '16',
    'elk.spacing.edgeEdge': '12',
    'elk.spacing.edgeLabel': '3',
    'elk.layered.spacing.nodeNodeBetweenLayers': '30',
    'elk.layered.spacing.edgeNodeBetweenLayers': '14',
  },
};

const tight: Room = {
  hasWords: false,
  widening: 4.6,
  height: 38,
  padding: '[top=36,left=10,bottom=10,right=10]',
  options: {
    'elk.direction': 'DOWN',
    'elk.spacing.nodeNode': '10',
    'elk.spacing.edgeNode': '7',
    'elk.spacing.edgeEdge': '5',
    'elk.spacing.edgeLabel': '0',
    'elk.layered.spacing.nodeNodeBetweenLayers': '12',
    'elk.layered.spacing.edgeNodeBetweenLayers': '5',
    'elk.layered.spacing.edgeEdgeBetweenLayers': '4',
  },
};

async function layoutOf(machine: AnyStateMachine, room: Room): Promise<ElkNode> {
  const edges = arrowsOf(hoisted(edgesOf(machine)));
  return new Elk().layout({
    id: 'root',
    layoutOptions: {
      'elk.algorithm': 'layered',
      'elk.hierarchyHandling': 'INCLUDE_CHILDREN',
      'elk.edgeRouting': 'ORTHOGONAL',
      'elk.json.edgeCoords': 'ROOT',
      'elk.json.shapeCoords': 'ROOT',
      'elk.layered.mergeEdges': 'true',
      'elk.layered.cycleBreaking.strategy': 'MODEL_ORDER',
      'elk.layered.considerModelOrder.strategy': 'PREFER_NODES',
      ...room.options,
    },
    children: Object.values(machine.root.states).map((node) => boxOf(node, room)),
    edges: room.hasWords ? edges : edges.map(({ id, sources, targets }) => ({ id, sources, targets })),
  });
}

/** What leads from state to state: orders and news by their name, timers by theirs. Parallel states are reached in their first region. */
function edgesOf(machine: AnyStateMachine): Edge[] {
  return allNodes(machine.root).flatMap((source) =>
    [...source.transitions.entries()].flatMap(([event, candidates]) =>
      candidates.flatMap((candidate) => {
        const target = candidate.target?.[0];
        if (target === undefined || event.startsWith('xstate.error')) return [];
        const label = labelOf(event);
        const isOther = target !== source;
        return isOther ? [{ source, target, label }] : [];
      }),
    ),
  );
}

function labelOf(event: string): string {
  if (event.startsWith('xstate.after.')) return event.split('.')[2] ?? event;
  // A process that never was leads where a dead one leads: one arrow is enough.
  return event === 'process.spawnFailed' ? 'process.exited' : event;
}

/** Draws what several states share once, from the state around them; what all the world shares, the caption says. */
function hoisted(edges: readonly Edge[]): Edge[] {
  const byMeaning = groupedBy(edges, ({ target, label }) => `${target.id}|${label}`);
  return [...byMeaning.values()].flatMap((same) => {
    const [first] = same;
    if (first === undefined || same.length < 3) return same;
    const source = commonAncestor(same.map((edge) => edge.source));
    return source.parent === undefined ? [] : [{ ...first, source }];
  });
}

// Map.groupBy is not in Node 20.
function groupedBy<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) groups.set(keyOf(item), [...(groups.get(keyOf(item)) ?? []), item]);
  return groups;
}

function commonAncestor(nodes: readonly AnyStateNode[]): AnyStateNode {
  const [first, ...others] = nodes.map(ancestry);
  const common = first?.findLast((node) => others.every((chain) => chain.includes(node)));
  if (common === undefined) throw new Error('These states are not of one machine.');
  return common;
}

function ancestry(node: AnyStateNode): AnyStateNode[] {
  return node.parent === undefined ? [node] : [...ancestry(node.parent), node];
}

function boxOf(node: AnyStateNode, room: Room): ElkNode {
  const children = Object.values(node.states);
  const isShown = children.length > 1;
  const label = { text: node.key, width: node.key.length * (charWidth + room.widening), height: 18 };
  if (!isShown)
    return {
      id: node.id,
      labels: [label],
      width: label.width + (room.hasWords ? 28 : 16),
      height: room.height,
    };
  return {
    id: node.id,
    labels: [label],
    layoutOptions: {
      'elk.padding': room.padding,
      ...(room.hasWords ? {} : room.options),
      'elk.nodeLabels.placement': 'INSIDE V_TOP H_LEFT',
      'elk.nodeSize.constraints': 'MINIMUM_SIZE NODE_LABELS',
    },
    children: children.map((child) => boxOf(child, room)),
  };
}

/** One arrow from each state to each other, with all that leads along it. */
function arrowsOf(edges: readonly Edge[]): ElkExtendedEdge[] {
  const shown = (node: AnyStateNode): AnyStateNode =>
    node.parent !== undefined && Object.keys(node.parent.states).length === 1 ? shown(node.parent) : node;
  const between = groupedBy(edges, ({ source, target }) => `${shown(source).id}>${shown(target).id}`);
  return [...between.entries()]
    .filter(([id]) => id.split('>')[0] !== id.split('>')[1])
    .map(([id, same]) => {
      const [source = '', target = ''] = id.split('>');
      const lines = [...new Set(same.map(({ label }) => label))];
      const width = Math.max(...lines.map((line) => line.length)) * charWidth;
      const label: ElkLabel = { text: lines.join('\n'), width, height: lines.length * lineHeight };
      return { id, sources: [source], targets: [target], labels: [label] };
    });
}

const style = `
  text { font: 12px ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; fill: #24292f; }
  .state { fill: #fff; stroke: #57606a; stroke-width: 1.2; }
  .around { fill: #57606a; fill-opacity: 0.06; stroke: #8c959f; }
  .name { font-weight: 600; font-size: 13px; }
  .arrow { fill: none; stroke: #57606a; stroke-width: 1.1; }
  .label { font-size: 11px; fill: #57606a; }
  .head { fill: #57606a; }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3; }
    .state { fill: #161b22; stroke: #8b949e; }
    .around { fill: #8b949e; stroke: #484f58; }
    .arrow { stroke: #8b949e; }
    .label { fill: #9da7b1; }
    .head { fill: #8b949e; }
  }`;

function svg(layout: ElkNode): string {
  const { width = 0, height = 0 } = layout;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="The statechart of a connection">
<style>${style}
</style>
<marker id="head" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto-start-reverse"><path class="head" d="M0 0L8 4L0 8z"/></marker>
${boxes(layout).join('\n')}
${(layout.edges ?? []).flatMap((edge) => (edge.sections ?? []).map(arrow)).join('\n')}
${(layout.edges ?? []).flatMap((edge) => (edge.labels ?? []).flatMap(lines)).join('\n')}
</svg>
`;
}

function boxes({ children = [] }: ElkNode): string[] {
  return children.flatMap((node) => {
    const { x = 0, y = 0, width = 0, height = 0 } = node;
    const isAround = (node.children ?? []).length > 0;
    const place = isAround
      ? `x="${x + 12}" y="${y + 21}"`
      : `x="${x + width / 2}" y="${y + 21}" text-anchor="middle"`;
    return [
      `<rect class="${isAround ? 'around' : 'state'}" x="${x}" y="${y}" width="${width}" height="${height}" rx="8"/>`,
      `<text class="name" ${place}>${node.labels?.[0]?.text ?? ''}</text>`,
      ...boxes(node),
    ];
  });
}

type Nodes = ReadonlyMap<string, AnyStateNode>;

function liveBoxes({ children = [] }: ElkNode, nodes: Nodes): string[] {
  return children.flatMap((node) => {
    const { id, x = 0, y = 0, width = 0, height = 0 } = node;
    const isAround = (node.children ?? []).length > 0;
    const place = isAround
      ? `x="${round(x + 10)}" y="${round(y + 25)}"`
      : `x="${round(x + width / 2)}" y="${round(y + 25)}" text-anchor="middle"`;
    const { key = '', path = [], description = '' } = nodes.get(id) ?? {};
    return [
      `<g class="${isAround ? 'around' : 'state'}" data-state="${key}" data-within="${path.slice(0, -1).join(' ')}"><title>${key}: ${description}</title>` +
        `<rect x="${round(x)}" y="${round(y)}" width="${round(width)}" height="${round(height)}" rx="8"/>` +
        `<text ${place}>${key}</text></g>`,
      ...liveBoxes(node, nodes),
    ];
  });
}

function liveArrow(
  { sources, targets, sections = [] }: ElkExtendedEdge,
  nodes: Nodes,
  words: string,
): string {
  const [from, to] = [sources[0], targets[0]].map((id = '') => nodes.get(id)?.key);
  const path = sections.map(({ startPoint, bendPoints = [], endPoint }) =>
    [startPoint, ...bendPoints, endPoint].map(({ x, y }) => `${round(x)} ${round(y)}`).join('L'),
  );
  const title = words.replaceAll('\n', ', ');
  return `<path class="arrow" data-from="${from}" data-to="${to}" marker-end="url(#head)" d="M${path.join('M')}"><title>${title}</title></path>`;
}

function round(number: number): number {
  return Math.round(number * 10) / 10;
}

function arrow({ startPoint, bendPoints = [], endPoint }: ElkEdgeSection): string {
  const points = [startPoint, ...bendPoints, endPoint].map(({ x, y }) => `${x} ${y}`);
  return `<path class="arrow" marker-end="url(#head)" d="M${points.join('L')}"/>`;
}

function lines({ text = '', x = 0, y = 0 }: ElkLabel): string[] {
  return text
    .split('\n')
    .map((line, index) => `<text class="label" x="${x}" y="${y + 11 + index * lineHeight}">${line}</text>`);
}
