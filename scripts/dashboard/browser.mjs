import { existsSync } from 'node:fs';
import { chromium } from 'playwright-core';

const places = [
  process.env['CHROMIUM_PATH'],
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
];

/** Starts the installed Chromium; ends the script, saying what to do, where there is none. */
export function launch() {
  const executablePath = places.find((place) => place !== undefined && existsSync(place));
  if (executablePath !== undefined) return chromium.launch({ executablePath, args: ['--no-sandbox'] });
  console.error('There is no Chromium here: install it, or say with CHROMIUM_PATH where it is.');
  return process.exit(1);
}
