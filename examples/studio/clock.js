// Tells the time of a time zone: as its status each minute, and to whoever calls `now`.
import { misconfigured, runModule } from 'greenroom/module';

let format;
let shown;
let ticking;

function configure({ config }, host) {
  const { timeZone = 'UTC' } = config;
  try {
    format = new Intl.DateTimeFormat('en-GB', { timeZone, timeStyle: 'short' });
  } catch {
    throw misconfigured(`"${timeZone}" is no time zone; one is "Europe/Berlin".`);
  }
  const tick = () => {
    const text = `${format.format()} in ${timeZone}`;
    if (text !== shown) host.status('ok', text);
    shown = text;
  };
  clearInterval(ticking);
  ticking = setInterval(tick, 1000);
  tick();
}

runModule({
  name: 'clock',
  init: configure,
  configure,
  stop: () => clearInterval(ticking),
  calls: { now: () => format.format() },
});
