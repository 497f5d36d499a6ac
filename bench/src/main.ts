import 'reflect-metadata';
import { parseArgs } from 'node:util';
import { letHeapsGrow } from '@kadr/bootstrap';
import { benchKafka } from './kafka/bench-kafka.js';
import { benchPictures } from './bench-pictures.js';

// As every process of Kadr does.
letHeapsGrow();

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seconds: { type: 'string', default: '3' },
    rounds: { type: 'string', default: '5' },
    only: { type: 'string', default: '' },
  },
});
const settings = { seconds: Number(values.seconds), rounds: Number(values.rounds), only: values.only };

await (positionals.includes('kafka') ? benchKafka(process.cwd(), settings) : benchPictures(process.cwd(), settings));
