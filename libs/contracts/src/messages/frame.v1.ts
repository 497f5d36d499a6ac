import { ApiPropertyOptional } from '@nestjs/swagger';
import { ContractError, eventHeaders, numberHeader, requiredHeader, traceparentHeader } from './cloud-event.js';
import type { ReceivedMessage, WireMessage } from './cloud-event.js';
import type { FrameHeadersV1 } from './headers.v1.js';
import type { Lane } from '../topics.js';

/** How masks are written in a result. */
export type MaskFormat = 'rle' | 'polygon' | 'none';
export const MASK_FORMATS: readonly MaskFormat[] = ['rle', 'polygon', 'none'];

/** What the sender of a frame asks for; header `ce_options`. What is left out falls to the model's default. */
export class FrameOptions {
  @ApiPropertyOptional({ example: 0.4, minimum: 0, maximum: 1, description: 'Least score.' }) threshold?: number;
  @ApiPropertyOptional({ example: ['person'], type: [String], description: 'Labels to keep; all when left out.' })
  classes?: string[];
  @ApiPropertyOptional({ enum: MASK_FORMATS, description: 'How masks are written.' }) masks?: MaskFormat;
  @ApiPropertyOptional({ example: true, description: 'Publish the picture with the objects drawn in, too.' })
  annotate?: boolean;
}

/** One upright sRGB JPEG to look at: (source, sequence) names it for ever. */
export interface FrameV1 {
  id: string;
  source: string;
  sequence: number;
  model: string;
  width: number;
  height: number;
  /** ISO 8601. */
  capturedAt: string;
  /** ISO 8601; whoever holds the frame after it drops it. Live frames only. */
  expiresAt?: string;
  options: FrameOptions;
  traceparent?: string;
  image: Uint8Array;
}

export const FRAME_V1 = 'kadr.frame.v1';

/** A frame as a message. Batch frames are keyed by source and sequence, to spread over workers; live ones by source. */
export function encodeFrame(frame: FrameV1, lane: Lane): WireMessage {
  return {
    key: lane === 'batch' ? `${frame.source}/${frame.sequence}` : frame.source,
    headers: eventHeaders<FrameHeadersV1>(
      { id: frame.id, source: frame.source, type: FRAME_V1, time: frame.capturedAt, traceparent: frame.traceparent },
      'image/jpeg',
      {
        ce_sequence: String(frame.sequence),
        ce_expirytime: frame.expiresAt,
        ce_width: String(frame.width),
        ce_height: String(frame.height),
        ce_model: frame.model,
        ce_options: JSON.stringify(frame.options),
      },
    ),
    value: frame.image,
  };
}

/** The reverse of {@link encodeFrame}. @throws ContractError naming what is missing or wrong. */
export function decodeFrame(message: ReceivedMessage): FrameV1 {
  const type = requiredHeader(message, 'ce_type');
  if (type !== FRAME_V1) throw new ContractError(`ce_type is "${type}", "${FRAME_V1}" was expected`);
  if (!message.value || message.value.length === 0) throw new ContractError('the frame has no picture');
  return {
    id: requiredHeader(message, 'ce_id'),
    source: requiredHeader(message, 'ce_source'),
    sequence: numberHeader(message, 'ce_sequence'),
    model: requiredHeader(message, 'ce_model'),
    width: numberHeader(message, 'ce_width'),
    height: numberHeader(message, 'ce_height'),
    capturedAt: requiredHeader(message, 'ce_time'),
    expiresAt: message.headers.ce_expirytime,
    options: parseOptions(message.headers.ce_options),
    traceparent: traceparentHeader(message),
    image: message.value,
  };
}

function parseOptions(text: string | undefined): FrameOptions {
  if (!text) return {};
  try {
    const options: unknown = JSON.parse(text);
    if (typeof options === 'object' && options !== null && !Array.isArray(options)) return options;
  } catch {
    // falls through to the error below, which shows the text
  }
  throw new ContractError(`header ce_options is not a JSON object: ${text.slice(0, 100)}`);
}
