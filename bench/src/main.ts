import 'reflect-metadata';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startBareLoop } from './bare-loop.js';
import { measure } from './measure.js';
import { summarise } from './summary.js';
import type { Round, Summary } from './summary.js';
import { printTable } from './report.js';
import type { Row } from './report.js';
import { scenarios } from './scenario.js';
import type { Scenario } from './scenario.js';
import { startServer } from './server.js';

const SATURATED = 16;
/** Long enough for V8 to have compiled what runs often. */
const WARM_UP_SECONDS = 5;
const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '3' },
    rounds: { type: 'string', default: '5' },
    only: { type: 'string', default: '' },
  },
});
const SECONDS = Number(values.seconds);
const ROUNDS = Number(values.rounds);
const root = process.cwd();

/** Bare and whole path in turn, round by round, so that a machine whose speed drifts treats both alike. */
async function compare(bare: () => Promise<void>, kadr: () => Promise<void>, concurrency: number): Promise<Summary> {
  const found: Round[] = [];
  await measure(bare, concurrency, WARM_UP_SECONDS);
  await measure(kadr, concurrency, WARM_UP_SECONDS);
  for (let round = 0; round < ROUNDS; round++) {
    found.push({
      bare: await measure(bare, concurrency, SECONDS),
      kadr: await measure(kadr, concurrency, SECONDS),
    });
  }
  return summarise(found);
}

const loop = await startBareLoop();
const server = await startServer(root);
const rows: Row[] = [];
for (const scenario of await scenarios(root)) {
  if (scenario.name.includes(values.only)) rows.push(await row(scenario));
}
await loop.stop();
await server.stop();

printTable(rows);
const json = JSON.stringify(
  { node: process.version, seconds: SECONDS, rounds: ROUNDS, concurrency: SATURATED, rows },
  null,
  2,
);
console.log(json);
writeFileSync(join(root, 'dist/bench.json'), json);

async function row(scenario: Scenario): Promise<Row> {
  const bare = (): Promise<void> => loop.once(scenario);
  const kadr = (): Promise<void> => server.once(scenario);
  const saturated = await compare(bare, kadr, SATURATED);
  const idle = await compare(bare, kadr, 1);
  return { name: scenario.name, saturated, idle };
}
