import { z } from 'zod';
import {
  ContractError,
  decodeFrame,
  MASK_FORMATS,
  parseFramesTopic,
  parseSource,
  traceparentHeader,
} from '@kadr/contracts';
import type { FrameV1 } from '@kadr/contracts';
import { AppError } from '@kadr/errors';
import type { BusMessage } from '@kadr/transport';
import type { FrameRef } from './outcome-publisher.js';

/** What any program may have written wrong. Options that are not known are left alone: they may be of a later version. */
const SENT = z.object({
  source: z.string().refine((text) => parseSource(text) !== undefined, 'must be job:, camera: or request: and an id'),
  width: z.number().min(1),
  height: z.number().min(1),
  capturedAt: z.string().refine((text) => !Number.isNaN(Date.parse(text)), 'must be a time as of ISO 8601'),
  options: z.object({
    threshold: z.number().min(0).max(1).optional(),
    classes: z.array(z.string()).optional(),
    masks: z.enum(MASK_FORMATS).optional(),
    annotate: z.boolean().optional(),
  }),
});

/** The frame in a message. @throws AppError `bad-message`, or why the picture could not be had */
export function readFrame(message: BusMessage): FrameV1 {
  if (message.broken) throw message.broken;
  try {
    const frame = checked(decodeFrame(message));
    const topic = parseFramesTopic(message.topic);
    if (topic && topic.model !== frame.model) {
      throw new ContractError(`ce_model is "${frame.model}", but the topic is ${message.topic}`);
    }
    return frame;
  } catch (error) {
    if (!(error instanceof ContractError)) throw error;
    throw new AppError('unprocessable', 'bad-message', `The frame cannot be read: ${error.message}.`, { cause: error });
  }
}

function checked(frame: FrameV1): FrameV1 {
  const { error } = SENT.safeParse(frame);
  if (!error) return frame;
  throw new ContractError(error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; '));
}

/** Which frame a message is about, if it says so: without a source and a sequence there can be no outcome. */
export function frameRef(message: BusMessage): FrameRef | undefined {
  const { headers } = message;
  const source = headers.ce_source ?? '';
  const sequence = Number(headers.ce_sequence || Number.NaN);
  if (!parseSource(source) || !Number.isSafeInteger(sequence) || sequence < 0) return undefined;
  return { source, sequence, traceparent: traceparentHeader(message) };
}
