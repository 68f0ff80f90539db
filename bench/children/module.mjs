// A module that does nothing, on our own protocol.
import { runModule } from '../../dist/bundled/module.cached.mjs';

runModule({ init() {} });
