import { setTimeout as sleep } from 'node:timers/promises';
import { isSettling } from './explain.js';

const LIMIT_MS = 15_000;
const ASK_AGAIN_MS = 100;

/** Asks again while a topic that was just made is not known everywhere, or has no leader. @throws what `ask` throws last */
export async function untilSettled<T>(ask: () => Promise<T>): Promise<T> {
  for (const end = Date.now() + LIMIT_MS; ;) {
    try {
      return await ask();
    } catch (error) {
      if (!isSettling(error) || Date.now() > end) throw error;
      await sleep(ASK_AGAIN_MS);
    }
  }
}
