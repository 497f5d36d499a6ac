import type { DeadLetterDto } from '@kadr/contracts';
import { deleteDeadLetter, listDeadLetters, replayAllDeadLetters, replayDeadLetter } from '../lib/api.js';
import { toProblem } from '../lib/problem.js';
import type { Problem } from '../lib/problem.js';
import { jobs } from './jobs.svelte.js';

/** The dead letters that wait for somebody. */
class DeadLettersStore {
  /** The newest of them. */
  list = $state.raw<DeadLetterDto[]>([]);
  /** All of them; `null` while nothing is known. */
  waiting = $state<number | null>(null);
  /** What is being done: one thing at a time. */
  busy = $state(false);
  problem = $state.raw<Problem | null>(null);

  async refresh(): Promise<void> {
    const { deadLetters, waiting } = await listDeadLetters();
    this.list = deadLetters;
    this.waiting = waiting;
  }

  replay(letter: DeadLetterDto): Promise<void> {
    if (letter.source === jobs.openSource) jobs.watchReplay();
    return this.act(() => replayDeadLetter(letter));
  }

  replayAll(): Promise<void> {
    jobs.watchReplay();
    return this.act(replayAllDeadLetters);
  }

  remove(letter: DeadLetterDto): Promise<void> {
    return this.act(() => deleteDeadLetter(letter));
  }

  private async act(action: () => Promise<void>): Promise<void> {
    if (this.busy) return;
    this.busy = true;
    this.problem = null;
    try {
      await action();
    } catch (error) {
      this.problem = toProblem(error);
    }
    // What was done in part is seen here, too; that the server is away is told by the connection.
    await this.refresh().catch(() => undefined);
    this.busy = false;
  }
}

export const deadLetters = new DeadLettersStore();
