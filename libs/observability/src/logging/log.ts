/**
 * The log: one wide event for a unit of work (a frame, a job, a request that failed), with its ids, sizes,
 * timings and outcome. Never pixels, never credentials.
 */
export abstract class Log {
  abstract debug(event: string, fields?: object): void;
  abstract info(event: string, fields?: object): void;
  abstract warn(event: string, fields?: object): void;
  abstract error(event: string, fields?: object): void;
}
