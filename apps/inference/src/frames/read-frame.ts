import { ContractError, decodeFrame, parseFramesTopic, parseSource } from '@kadr/contracts';
import type { FrameV1 } from '@kadr/contracts';
import { AppError } from '@kadr/errors';
import type { BusMessage } from '@kadr/transport';
import type { FrameRef } from './outcome-publisher.js';

/** The frame in a message. @throws AppError `bad-message`, or why the picture could not be had */
export function readFrame(message: BusMessage): FrameV1 {
  if (message.broken) throw message.broken;
  try {
    const frame = decodeFrame(message);
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

/** Which frame a message is about, if it says so: without a source and a sequence there can be no outcome. */
export function frameRef({ headers }: BusMessage): FrameRef | undefined {
  const source = headers.ce_source ?? '';
  const sequence = Number(headers.ce_sequence || Number.NaN);
  if (!parseSource(source) || !Number.isSafeInteger(sequence) || sequence < 0) return undefined;
  return { source, sequence, traceparent: headers.ce_traceparent };
}
