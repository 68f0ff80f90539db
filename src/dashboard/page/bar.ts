import { announce, part, setAttribute, setText } from './element.ts';
import type { Line } from './stream.ts';
import { duration } from './words.ts';
import type { World } from './world.ts';

/** Says how the line to the server is; everything below looks by it. */
export function showLine(line: Line, { greeting }: World): void {
  const node = part('link');
  const former = node.dataset['line'];
  setAttribute(node, 'data-line', line.state);
  setAttribute(document.documentElement, 'data-line', line.state);
  setText(node, textOf(line, greeting?.state === 'stopping'));
  // The time that goes by is for the eyes only.
  if (line.state === 'lost' && former !== 'lost') announce('Disconnected from the server. Trying again.');
}

/** What stands in the title of the window: nothing that may be untrue. */
export function titleOf(line: Line, { name, title }: { name: string; title: string }): string {
  if (line.state === 'lost' || line.state === 'refused') return `? ${name}: not connected`;
  if (line.state === 'unseen') return `‖ ${name}: not followed while hidden`;
  if (line.state === 'unknown') return `– ${name}: not there`;
  return title;
}

function textOf(line: Line, isStopping: boolean): string {
  if (line.state === 'connecting') return 'connecting';
  if (line.state === 'refused') return 'not allowed in';
  if (line.state === 'unknown') return 'connected';
  if (line.state === 'unseen') return 'not followed while hidden';
  if (line.state === 'live') return isStopping ? 'live, everything is being stopped' : 'live';
  const ago = duration(Date.now() - line.since);
  const why = line.why === null ? '' : ` (${line.why})`;
  return `Disconnected from the server ${ago} ago: what you see may not be true any more. Trying again.${why}`;
}
