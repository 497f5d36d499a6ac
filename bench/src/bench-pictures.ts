import { startBareLoop } from './bare-loop.js';
import { SATURATED, inTurn } from './in-turn.js';
import type { BenchSettings } from './in-turn.js';
import { printTable, writeReport } from './report.js';
import type { Row } from './report.js';
import { scenarios } from './scenario.js';
import type { Scenario } from './scenario.js';
import { startServer } from './server.js';
import { summarise } from './summary.js';

/** The whole of Kadr in one process beside the bare loop. */
export async function benchPictures(root: string, settings: BenchSettings): Promise<void> {
  const loop = await startBareLoop();
  const server = await startServer(root);
  const row = async (scenario: Scenario): Promise<Row> => {
    const paths = { bare: () => loop.once(scenario), kadr: () => server.once(scenario) };
    const saturated = summarise(await inTurn(paths, SATURATED, settings));
    const idle = summarise(await inTurn(paths, 1, settings));
    return { name: scenario.name, saturated, idle };
  };
  const rows: Row[] = [];
  for (const scenario of await scenarios(root)) {
    if (scenario.name.includes(settings.only)) rows.push(await row(scenario));
  }
  await loop.stop();
  await server.stop();
  printTable(rows);
  writeReport(root, { ...settings, concurrency: SATURATED, rows });
}
