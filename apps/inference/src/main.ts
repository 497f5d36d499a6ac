import 'reflect-metadata';
import { run } from '@kadr/bootstrap';
import { InferenceModule } from './inference.module.js';

await run({ name: 'inference', modules: [InferenceModule], database: false });
