import 'reflect-metadata';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startBareLoop } from './bare-loop.js';
import { measure, median } from './measure.js';
import type { Figures } from './measure.js';
import { printTable } from './report.js';
import type { Row } from './report.js';
import { scenarios } from './scenario.js';
import type { Scenario } from './scenario.js';
import { startServer } from './server.js';

const SATURATED = 8;
/** Long enough for V8 to have compiled what runs often. */
const WARM_UP_SECONDS = 5;
const SECONDS = Number(process.argv[2] ?? 6);
const ROUNDS = Number(process.argv[3] ?? 3);
const root = process.cwd();

/** Bare and whole path in turn, round by round, so that a machine whose speed drifts treats both alike. */
async function compare(bare: () => Promise<void>, kadr: () => Promise<void>, concurrency: number) {
  const found: { bare: Figures[]; kadr: Figures[] } = { bare: [], kadr: [] };
  await measure(bare, concurrency, WARM_UP_SECONDS);
  await measure(kadr, concurrency, WARM_UP_SECONDS);
  for (let round = 0; round < ROUNDS; round++) {
    found.bare.push(await measure(bare, concurrency, SECONDS));
    found.kadr.push(await measure(kadr, concurrency, SECONDS));
  }
  return { bare: median(found.bare), kadr: median(found.kadr) };
}

const loop = await startBareLoop();
const server = await startServer(root);
const rows: Row[] = [];
for (const scenario of await scenarios(root)) rows.push(await row(scenario));
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
