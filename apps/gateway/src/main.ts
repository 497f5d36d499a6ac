import 'reflect-metadata';
import { ForwardModule, run } from '@kadr/bootstrap';
import { GatewayModule } from './gateway.module.js';
import { configureGateway } from './gateway.setup.js';

await run({
  name: 'gateway',
  modules: [GatewayModule, ForwardModule.to('viewer')],
  database: true,
  configure: configureGateway,
});
