/** Makes these the children of an element. It moves only what isn't in its place: what is moved loses focus, selection and scroll position. */
export function arrange(parent: HTMLElement, nodes: readonly Element[]): void {
  const focused = document.activeElement;
  const wanted = new Set(nodes);
  const unwanted = Array.from(parent.children).filter((child) => !wanted.has(child));
  for (const child of unwanted) child.remove();
  let place = parent.firstElementChild;
  for (const node of nodes) {
    if (node === place) place = place.nextElementSibling;
    else parent.insertBefore(node, place);
  }
  if (focused instanceof HTMLElement && focused !== document.activeElement && parent.contains(focused))
    focused.focus({ preventScroll: true });
}
