import { existsSync } from 'node:fs';
import { chromium, type Browser } from 'playwright-core';

const places = [
  process.env['CHROMIUM_PATH'],
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
];
const found = places.find((place) => place !== undefined && existsSync(place));

/** Whether there is a browser. CI has to have one; elsewhere the tests that need one are left out, and say so. */
export const hasBrowser = isThere();

/** Starts the browser; `evil.example` is this machine for it, as for the victim of a rebound name. */
export function launch(): Promise<Browser> {
  const args = ['--no-sandbox', '--host-resolver-rules=MAP evil.example 127.0.0.1'];
  return chromium.launch({ ...(found === undefined ? {} : { executablePath: found }), args });
}

function isThere(): boolean {
  if (found !== undefined || process.env['CI'] === 'true') return true;
  console.warn(
    '\n  NO BROWSER: the tests of the pages of dashboard and inspector are left out. Install chromium, or say with CHROMIUM_PATH where it is.\n',
  );
  return false;
}
