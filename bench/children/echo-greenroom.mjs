// Echoes over our own protocol.
import { runModule } from '../../dist/bundled/module.js';

runModule({ init() {}, calls: { echo: (payload) => payload }, notifications: { tick() {} } });
