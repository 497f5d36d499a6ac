import { poll } from '../lib/poll.js';
import { deadLetters } from './dead-letters.svelte.js';
import { jobs } from './jobs.svelte.js';
import { models } from './models.svelte.js';
import { submissions } from './submissions.svelte.js';
import { system } from './system.svelte.js';

/**
 * Keeps fresh what no socket brings: often while there is work, seldom otherwise.
 * @returns a function that stops it
 */
export function startRefreshing(): () => void {
  const working = (): boolean => jobs.busy || submissions.list.length > 0;
  const stops = [
    poll(
      quietly(() => system.refreshLedger()),
      () => (working() ? 1000 : 5000),
    ),
    poll(
      quietly(() => deadLetters.refresh()),
      () => (working() ? 2000 : 5000),
    ),
    poll(
      quietly(() => system.refreshProcesses()),
      // Processes report every 5 s.
      () => 2500,
    ),
    poll(
      quietly(() => system.refreshReadiness()),
      () => (system.ready ? 15_000 : 2000),
    ),
    poll(
      quietly(() => models.refresh()),
      () => (models.busy || working() ? 1000 : 10_000),
    ),
    poll(
      () => jobs.refresh(),
      () => (jobs.busy ? 2000 : 20_000),
    ),
  ];
  return () => stops.forEach((stop) => stop());
}

/** Without its failures: that the server is away is told once, by the connection, and not by every question. */
function quietly(task: () => Promise<void>): () => Promise<void> {
  return () => task().catch(() => undefined);
}
