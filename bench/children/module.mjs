// A module that does nothing, on our own protocol.
import { runModule } from '../../dist/module/index.js';

runModule({ init() {} });
