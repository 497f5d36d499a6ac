export { run } from './run.js';
export type { ProcessSpec } from './start.js';
