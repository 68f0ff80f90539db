/**
 * Makes these the children of an element. It moves only what isn't in its place: what is moved loses focus, selection and scroll position. After `most`
 * moves it leaves the rest as it is, for another time, and answers false.
 */
export function arrange(
  parent: HTMLElement,
  nodes: readonly Element[],
  most = Number.POSITIVE_INFINITY,
): boolean {
  const focused = document.activeElement;
  const wanted = new Set(nodes);
  const unwanted = Array.from(parent.children).filter((child) => !wanted.has(child));
  for (const child of unwanted) child.remove();
  const isDone = place(parent, nodes, most);
  if (focused instanceof HTMLElement && focused !== document.activeElement && parent.contains(focused))
    focused.focus({ preventScroll: true });
  return isDone;
}

function place(parent: HTMLElement, nodes: readonly Element[], most: number): boolean {
  let moves = 0;
  let next = parent.firstElementChild;
  for (const node of nodes) {
    if (node === next) next = next.nextElementSibling;
    else if (moves === most) return false;
    else {
      moves += 1;
      // One that comes later stands in the way of those that follow it in their order.
      if (next?.nextElementSibling === node && parent.lastElementChild !== null) {
        const inTheWay = next;
        next = node.nextElementSibling;
        parent.append(inTheWay);
      } else parent.insertBefore(node, next);
    }
  }
  return true;
}
