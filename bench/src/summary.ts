import { quantile } from './measure.js';
import type { Figures } from './measure.js';

/** Bare loop and whole path, measured one after the other. */
export interface Round {
  bare: Figures;
  kadr: Figures;
}

/** Medians over the rounds. What compares the two is taken round by round: from one to the next a machine's speed drifts. */
export interface Summary extends Round {
  /** Rate of the whole path as a share of the bare loop's. */
  share: number;
  /** What the whole path adds to the bare loop's p50. */
  addedMs: number;
}

/** The median over rounds of what is read of each. */
export function median<R>(rounds: readonly R[], read: (round: R) => number): number {
  return quantile(
    rounds.map(read).sort((a, b) => a - b),
    0.5,
  );
}

export function summarise(rounds: readonly Round[]): Summary {
  const middle = (read: (round: Round) => number): number => median(rounds, read);
  const figures = (side: keyof Round): Figures => ({
    perSecond: middle((round) => round[side].perSecond),
    p50Ms: middle((round) => round[side].p50Ms),
    p99Ms: middle((round) => round[side].p99Ms),
  });
  return {
    bare: figures('bare'),
    kadr: figures('kadr'),
    share: middle(({ bare, kadr }) => kadr.perSecond / bare.perSecond),
    addedMs: middle(({ bare, kadr }) => kadr.p50Ms - bare.p50Ms),
  };
}
