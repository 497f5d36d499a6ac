import { appendFileSync } from 'node:fs';
import { TransportModule } from '@kadr/transport';
import { durable, MemoryClaims, start, text } from '../harness.js';
import type { BusHost } from '../harness.js';

/**
 * A process to be killed: `node … worker.ts <folder> <messages>` publishes that many messages (0: none), handles what
 * is there, four at once, and writes each finished one as a line of `<folder>/finished`.
 */
const [dataDir, messages] = process.argv.slice(2);
const topic = durable({ name: 'work' });

const host: BusHost = {
  module: (options) => TransportModule.forRoot({ ...options, dataDir, claims: new MemoryClaims() }),
};

const handle = async ({ value }: { value: Buffer | null }) => {
  await new Promise((resolve) => setTimeout(resolve, 5));
  appendFileSync(`${dataDir}/finished`, `${value?.toString()}\n`);
};

try {
  const bus = await start(host, [topic], [{ topic: 'work', group: 'workers', concurrency: 4, handle }]);
  for (let number = 0; number < Number(messages); number++) await bus.publisher.publish('work', text(String(number)));
  process.stdout.write('published\n');
  setInterval(() => undefined, 1000);
} catch (error) {
  process.stdout.write(`refused: ${(error as Error).message}\n`);
  process.exitCode = 1;
}
