import { element, setText } from './element.ts';
import { timeOfDay } from './words.ts';

/** A time of day, here; what it is everywhere is told to who points at it. */
export function timeNode(at: number, now: number): HTMLTimeElement {
  const exact = new Date(at).toISOString();
  return element('time', { datetime: exact, title: exact }, timeOfDay(at, now));
}

/** Renews all that are shown, on another day: 23:10 is yesterday's by then. */
export function createTimes(): (now: number) => void {
  let day = '';
  return (now) => {
    const today = new Date(now).toDateString();
    if (day === today) return;
    day = today;
    for (const node of document.querySelectorAll('time'))
      setText(node, timeOfDay(Date.parse(node.dateTime), now));
  };
}
