import { measure } from './measure.js';
import type { Figures } from './measure.js';

/** Enough callers to keep every worker busy. */
export const SATURATED = 16;
/** Long enough for V8 to have compiled what runs often. */
const WARM_UP_SECONDS = 5;

/** How long, how often, and which scenarios. */
export interface BenchSettings {
  seconds: number;
  rounds: number;
  only: string;
}

/** Ways to look at one picture. */
export type Paths<Name extends string> = Record<Name, () => Promise<void>>;

/** Every path in turn, round by round, so that a machine whose speed drifts treats all alike. */
export async function inTurn<Name extends string>(
  paths: Paths<Name>,
  concurrency: number,
  { seconds, rounds }: BenchSettings,
): Promise<Record<Name, Figures>[]> {
  const names = Object.keys(paths) as Name[];
  for (const name of names) await measure(paths[name], concurrency, WARM_UP_SECONDS);
  const found: Record<Name, Figures>[] = [];
  for (let round = 0; round < rounds; round++) {
    const figures = {} as Record<Name, Figures>;
    for (const name of names) figures[name] = await measure(paths[name], concurrency, seconds);
    found.push(figures);
  }
  return found;
}
