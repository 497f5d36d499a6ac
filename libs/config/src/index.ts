export { Config, ConfigError, loadConfig } from './config.js';
export { ConfigModule } from './config.module.js';
export { ENVIRONMENT } from './schema.js';
export { describeEnvironment } from './describe.js';
export type { Environment } from './schema.js';
