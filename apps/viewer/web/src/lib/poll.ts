const STEP_MS = 250;

/**
 * Calls `task` now, and again whenever `delay()` ms have passed since it ended; not while nobody looks at the page.
 * The delay is asked for again and again, so that a shorter one holds at once.
 * @returns a function that stops it
 */
export function poll(task: () => Promise<void>, delay: () => number): () => void {
  let running = false;
  let endedAt = -Infinity;

  const run = async (): Promise<void> => {
    running = true;
    try {
      await task();
    } finally {
      running = false;
      endedAt = performance.now();
    }
  };
  const check = (): void => {
    if (!running && !document.hidden && performance.now() - endedAt >= delay()) void run();
  };

  check();
  const timer = setInterval(check, STEP_MS);
  return () => clearInterval(timer);
}
