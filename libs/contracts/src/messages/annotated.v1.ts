import { ContractError, eventHeaders, numberHeader, requiredHeader } from './cloud-event.js';
import type { ReceivedMessage, WireMessage } from './cloud-event.js';
import type { AnnotatedHeadersV1 } from './headers.v1.js';

/** A frame's picture with its objects drawn in (JPEG). */
export interface AnnotatedV1 {
  id: string;
  source: string;
  sequence: number;
  image: Uint8Array;
}

export const ANNOTATED_V1 = 'kadr.annotated.v1';

/** An annotated picture as a message, keyed by its source. */
export function encodeAnnotated(annotated: AnnotatedV1): WireMessage {
  return {
    key: annotated.source,
    headers: eventHeaders<AnnotatedHeadersV1>(
      { id: annotated.id, source: annotated.source, type: ANNOTATED_V1, time: new Date().toISOString() },
      'image/jpeg',
      { ce_sequence: String(annotated.sequence) },
    ),
    value: annotated.image,
  };
}

/** The reverse of {@link encodeAnnotated}. @throws ContractError naming what is missing or wrong. */
export function decodeAnnotated(message: ReceivedMessage): AnnotatedV1 {
  const type = requiredHeader(message, 'ce_type');
  if (type !== ANNOTATED_V1) throw new ContractError(`ce_type is "${type}", "${ANNOTATED_V1}" was expected`);
  if (!message.value) throw new ContractError('the annotated picture is empty');
  return {
    id: requiredHeader(message, 'ce_id'),
    source: requiredHeader(message, 'ce_source'),
    sequence: numberHeader(message, 'ce_sequence'),
    image: message.value,
  };
}
