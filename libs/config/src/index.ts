export { Config, ConfigError, loadConfig } from './config.js';
export { ConfigModule } from './config.module.js';
export { ENVIRONMENT } from './schema.js';
export type { Environment } from './schema.js';
