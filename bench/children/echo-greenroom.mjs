// Echoes over our own protocol.
import { runModule } from '../../dist/module/index.js';

runModule({ init() {}, calls: { echo: (payload) => payload }, notifications: { tick() {} } });
