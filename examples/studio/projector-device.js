// The device that the projector module drives, as a connection of its own, so that it starts and stops with the others.
import { runModule } from 'greenroom/module';
import { startProjector } from './devices/projector-simulator.js';

let projector;

runModule({
  name: 'projector-device',
  async init({ config }, host) {
    projector = await startProjector({ port: config.port ?? 0 });
    host.status('ok', `listens on 127.0.0.1:${projector.port}`);
  },
  stop: () => projector?.close(),
});
