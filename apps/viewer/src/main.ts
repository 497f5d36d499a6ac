import 'reflect-metadata';
import { run } from '@kadr/bootstrap';
import { ViewerModule } from './viewer.module.js';

await run({ name: 'viewer', modules: [ViewerModule], database: true });
