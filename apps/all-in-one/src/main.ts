import 'reflect-metadata';
import { run } from '@kadr/bootstrap';
import { GatewayModule } from '../../gateway/src/gateway.module.js';
import { configureGateway } from '../../gateway/src/gateway.setup.js';
import { InferenceModule } from '../../inference/src/inference.module.js';
import { ViewerModule } from '../../viewer/src/viewer.module.js';

await run({
  name: 'all-in-one',
  modules: [GatewayModule, InferenceModule, ViewerModule],
  database: true,
  configure: configureGateway,
});
