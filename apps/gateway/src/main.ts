import 'reflect-metadata';
import { run } from '@kadr/bootstrap';
import { GatewayModule } from './gateway.module.js';
import { configureGateway } from './gateway.setup.js';

await run({ name: 'gateway', modules: [GatewayModule], database: true, configure: configureGateway });
