import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { SizeV1 } from './result.v1.js';
import { ContractError, eventHeaders, jsonBytes, jsonObject } from './cloud-event.js';
import type { ReceivedMessage, WireMessage } from './cloud-event.js';
import type { ModelCardHeadersV1 } from './headers.v1.js';

/** `cold`: known, its weights are fetched and loaded when first asked for. */
export type ModelState = 'cold' | 'fetching' | 'loading' | 'ready' | 'failed';
export const MODEL_STATES: readonly ModelState[] = ['cold', 'fetching', 'loading', 'ready', 'failed'];

export class ModelProgressV1 {
  @ApiProperty({ example: 12_582_912, description: 'Bytes fetched.' }) received: number;
  @ApiProperty({ example: 44_587_283, description: 'Bytes to fetch.' }) total: number;
}

/** A model as a worker serves it: also the value of `kadr.models`, keyed by worker and model id. */
export class ModelCardV1 {
  @ApiProperty({ example: 'objects' }) id: string;
  @ApiProperty({ example: 'Objects' }) name: string;
  @ApiProperty({ example: 'Objects with masks, COCO classes' }) description: string;
  @ApiProperty({ example: 'instance-segmentation', enum: ['detection', 'instance-segmentation'] }) task: string;
  @ApiProperty({ example: ['person', 'bicycle'], type: [String] }) classes: string[];
  @ApiProperty({ type: SizeV1, description: 'Size of the network input.' }) input: SizeV1;
  @ApiProperty({ example: 0.4 }) threshold: number;
  @ApiProperty({ example: 'Apache-2.0' }) licence: string;
  @ApiProperty({ example: 'sha256:5f6c…', nullable: true, type: String }) digest: string | null;
  @ApiProperty({ example: 'cpu', nullable: true, type: String, description: 'Execution provider really in use.' })
  provider: string | null;
  @ApiProperty({ enum: MODEL_STATES }) state: ModelState;
  @ApiPropertyOptional({ type: ModelProgressV1 }) progress?: ModelProgressV1;
  @ApiPropertyOptional({ description: 'Why the model failed and what to do.' }) error?: string;
  @ApiProperty({ example: true, description: 'Used when a request names no model.' }) default: boolean;
  /** The inference process that wrote the card. */
  @ApiProperty({ example: '019302a4-8d5e-7cc3-9a5d-1f2e3d4c5b6c' }) worker: string;
}

export const MODEL_V1 = 'kadr.model.v1';

/** A model card as a message, keyed by worker and model. */
export function encodeModelCard(card: ModelCardV1): WireMessage {
  return {
    key: `${card.worker}/${card.id}`,
    headers: eventHeaders<ModelCardHeadersV1>(
      {
        id: `${card.worker}/${card.id}/${Date.now()}`,
        source: `worker:${card.worker}`,
        type: MODEL_V1,
        time: new Date().toISOString(),
      },
      'application/json',
      {},
    ),
    value: jsonBytes(card),
  };
}

/** The reverse of {@link encodeModelCard}: `undefined` for a tombstone (the worker left). */
export function decodeModelCard(message: ReceivedMessage): ModelCardV1 | undefined {
  if (message.value === null) return undefined;
  const card = jsonObject<ModelCardV1>(message);
  if (typeof card.id === 'string' && MODEL_STATES.includes(card.state)) return card;
  throw new ContractError(`the model card has no id, or its state is not one of ${MODEL_STATES.join(', ')}`);
}
