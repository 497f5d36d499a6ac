import { ApiProperty } from '@nestjs/swagger';
import { ContractError, eventHeaders, jsonBytes, jsonObject } from './cloud-event.js';
import type { ReceivedMessage, WireMessage } from './cloud-event.js';
import type { ProcessHeadersV1 } from './headers.v1.js';

/** How a group of consumers fares on one topic. The last four count since the start of the process. */
export class GroupReadingV1 {
  @ApiProperty({ example: 'kadr.frames.objects.batch' }) topic: string;
  @ApiProperty({ example: 'inference' }) group: string;
  @ApiProperty({ example: 12, description: 'Messages not yet finished.' }) messages: number;
  @ApiProperty({ example: 0.4, description: 'Age of the oldest of them, in seconds.' }) seconds: number;
  @ApiProperty({ example: 4, description: 'Handlers running now.' }) inFlight: number;
  @ApiProperty({ example: 0, description: 'Deliveries after the first one of a message.' }) retries: number;
  @ApiProperty({ example: 0, description: 'Messages that went to the dead-letter topic.' }) deadLetters: number;
  @ApiProperty({ example: 2, description: 'Times that the group shared out its partitions anew.' }) rebalances: number;
  @ApiProperty({ example: 0, description: "Times that the group's consumer broke and began again." }) restarts: number;
}

/** A running process, as it says of itself: the value of `kadr.processes`, keyed by instance. */
export class ProcessV1 {
  @ApiProperty({ example: '019302a4-8d5e-7cc3-9a5d-1f2e3d4c5b6c', description: 'New at each start.' }) instance: string;
  @ApiProperty({ example: 'inference' }) name: string;
  @ApiProperty({ example: '0.1.0' }) version: string;
  @ApiProperty({ example: '2026-11-25T10:00:00.000Z', format: 'date-time' }) startedAt: string;
  @ApiProperty({ type: [GroupReadingV1], description: 'What it consumes.' }) groups: GroupReadingV1[];
}

export const PROCESS_V1 = 'kadr.process.v1';

/** A process's word on itself as a message. */
export function encodeProcess(process: ProcessV1): WireMessage {
  const { instance } = process;
  const time = new Date().toISOString();
  const attributes = { id: `${instance}/${time}`, source: `process:${instance}`, type: PROCESS_V1, time };
  return {
    key: instance,
    headers: eventHeaders<ProcessHeadersV1>(attributes, 'application/json', {}),
    value: jsonBytes(process),
  };
}

/** The reverse of {@link encodeProcess}: `undefined` for a tombstone (the process left). */
export function decodeProcess(message: ReceivedMessage): ProcessV1 | undefined {
  if (message.value === null) return undefined;
  const process = jsonObject<ProcessV1>(message);
  const { instance, name, startedAt, groups } = process;
  if ([instance, name, startedAt].every((text) => typeof text === 'string') && Array.isArray(groups)) return process;
  throw new ContractError('the process has no instance, no name, no start or no groups');
}
