import type { Lane } from '@kadr/contracts';

/** Of four frames, at most this many are live while a batch frame waits. */
const LIVE_IN_FOUR = 3;

/** Whose turn it is: live first, but batch gets at least one frame in four. */
export class LaneTurns {
  private liveInARow = 0;

  /** The lane to serve next, of those that have something waiting. */
  next(waiting: (lane: Lane) => boolean): Lane {
    const live = waiting('live') && !(waiting('batch') && this.liveInARow >= LIVE_IN_FOUR);
    return live ? 'live' : 'batch';
  }

  /** {@link next}, and takes note that it was served. */
  take(waiting: (lane: Lane) => boolean): Lane {
    const lane = this.next(waiting);
    this.liveInARow = lane === 'live' ? this.liveInARow + 1 : 0;
    return lane;
  }
}
