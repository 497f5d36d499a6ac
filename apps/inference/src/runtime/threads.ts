import type { Config } from '@kadr/config';

/** How many worker threads run models, and how many threads ONNX Runtime uses in each. */
export interface ThreadPlan {
  workers: number;
  threads: number;
}

/** Beyond this a single run gains nothing from more threads with networks of this size. */
const MOST_THREADS = 4;

/**
 * One thread a run gives the most pictures a second, since nothing waits for another; more cores than eight workers can
 * use go to the threads of each. What the environment says wins.
 */
export function planThreads(
  config: Pick<Config, 'INFERENCE_WORKERS' | 'INFERENCE_THREADS'>,
  cores: number,
): ThreadPlan {
  const workers = config.INFERENCE_WORKERS || Math.max(1, Math.min(8, cores));
  const threads = config.INFERENCE_THREADS || Math.max(1, Math.min(MOST_THREADS, Math.floor(cores / workers)));
  return { workers, threads };
}
