export { commandModule, type CommandModuleOptions } from './command-module.ts';
export { nodeModule, type NodeModuleOptions } from './node-module.ts';
export type { ModulePermissions } from './permissions.ts';
export { nativeProtocol } from './protocol.ts';
