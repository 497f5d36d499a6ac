import type { TimingsV1 } from '@kadr/contracts';

/** One step of a frame's way, and how long it took. */
export interface Stage {
  name: string;
  ms: number;
}

/** A frame's steps in the order they are taken. */
export function stagesOf(timings: TimingsV1): Stage[] {
  return [
    { name: 'Queue', ms: timings.queueMs },
    { name: 'Decode', ms: timings.decodeMs },
    { name: 'Inference', ms: timings.inferenceMs },
    { name: 'Post-process', ms: timings.postprocessMs },
    { name: 'Draw', ms: timings.drawMs },
  ];
}
