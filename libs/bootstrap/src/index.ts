export { ForwardModule } from './forward/forward.module.js';
export { letHeapsGrow } from './heaps.js';
export { run } from './run.js';
export type { ProcessSpec } from './start.js';
