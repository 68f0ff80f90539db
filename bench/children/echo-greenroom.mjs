// Echoes over our own protocol.
import { runModule } from '../../dist/bundled/module.cached.mjs';

runModule({ init() {}, calls: { echo: (payload) => payload }, notifications: { tick() {} } });
