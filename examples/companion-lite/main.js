#!/usr/bin/env node
// A small Companion with a page: `npm run example:companion-lite` starts it together with two simulated devices and prints its link.
//
// --port 4790        where the page is, on 127.0.0.1; 0 takes a free port
// --data <folder>    where connections are kept; beside this file unless another is named
// --modules <folder> more modules of Companion, as folders or packages (.tgz); may be given several times
// --devices          starts a projector on port 4352 and stage lights on port 4353, whose PIN is 4711
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { stopOnSignals } from 'greenroom';
import { startProjector } from '../studio/devices/projector-simulator.js';
import { createApp } from './app.js';
import { startLights } from './lights-simulator.js';
import { servePage } from './server.js';

const here = import.meta.dirname;
const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '4790' },
    data: { type: 'string', default: join(here, 'data') },
    modules: { type: 'string', multiple: true, default: [] },
    devices: { type: 'boolean', default: false },
  },
});

if (values.devices) await Promise.all([startProjector({ port: 4352 }), startLights({ port: 4353 })]);
const own = [join(here, '../studio/modules'), join(here, 'modules')];
const app = await createApp({ data: values.data, modules: [...own, ...values.modules] });
const page = await servePage(app, Number(values.port));
stopOnSignals({
  stop(options) {
    // First, so that no page shows how everything goes as if somebody had removed it.
    page.close();
    return app.stop(options);
  },
});
console.log(page.link);
