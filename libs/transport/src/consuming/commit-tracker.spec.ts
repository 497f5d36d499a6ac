import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { CommitTracker } from './commit-tracker.js';

/** Ascending offsets with gaps, and the order in which some of them finish. */
const runs = fc
  .uniqueArray(fc.nat({ max: 500 }), { minLength: 1, maxLength: 40 })
  .map((offsets) => offsets.toSorted((a, b) => a - b))
  .chain((offsets) => fc.record({ offsets: fc.constant(offsets), finished: fc.shuffledSubarray(offsets) }));

describe('CommitTracker', () => {
  it('commits up to the lowest unfinished message, whatever the order of finishing', () => {
    fc.assert(
      fc.property(runs, ({ offsets, finished }) => {
        const tracker = new CommitTracker(0);
        for (const offset of offsets) tracker.start(offset, offset * 10);
        const open = new Set(offsets);
        for (const offset of finished) {
          tracker.finish(offset);
          open.delete(offset);
          const lowest = open.size > 0 ? Math.min(...open) : undefined;
          expect(tracker.committable).toBe(lowest ?? offsets[offsets.length - 1] + 1);
          expect(tracker.running).toBe(open.size);
          expect(tracker.oldest).toBe(lowest === undefined ? undefined : lowest * 10);
        }
      }),
    );
  });

  it('never goes back, and never passes a message that may come again', () => {
    const step = fc.record({ start: fc.boolean(), pick: fc.nat() });
    fc.assert(
      fc.property(fc.nat({ max: 100 }), fc.array(step, { maxLength: 60 }), (from, steps) => {
        const tracker = new CommitTracker(from);
        const open: number[] = [];
        let next = from;
        let last = from;
        for (const { start, pick } of steps) {
          if (start) {
            tracker.start(next, 0);
            open.push(next++);
          } else if (open.length > 0) tracker.finish(open.splice(pick % open.length, 1)[0]);
          expect(tracker.committable).toBeGreaterThanOrEqual(last);
          for (const offset of open) expect(tracker.committable).toBeLessThanOrEqual(offset);
          last = tracker.committable;
        }
      }),
    );
  });

  it('passes over a gap at the end', () => {
    const tracker = new CommitTracker(3);
    tracker.skipTo(9);
    expect(tracker.committable).toBe(9);
    tracker.skipTo(5);
    expect(tracker.committable).toBe(9);
  });
});
