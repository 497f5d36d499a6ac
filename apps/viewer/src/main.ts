import 'reflect-metadata';
import { ForwardModule, run } from '@kadr/bootstrap';
import { ViewerModule } from './viewer.module.js';

await run({ name: 'viewer', modules: [ViewerModule, ForwardModule.to('gateway')], database: true });
