import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';

const SOURCE = 'job:019302a4-8d5e-7cc3-9a5d-1f2e3d4c5b6a';
const TIME = '2026-11-22T10:00:00.000Z';
const NUMBER = '^(0|[1-9][0-9]*)$';

/** Headers that every message has: CloudEvents 1.0 in Kafka's binary mode. All header values are UTF-8 text. */
export class EventHeadersV1 {
  @ApiProperty({ enum: ['1.0'], description: 'Version of CloudEvents.' }) ce_specversion: string;
  @ApiProperty({ example: '019302a4-8d5e-7cc3-9a5d-1f2e3d4c5b6b', description: 'Names this message.' }) ce_id: string;
  @ApiProperty({ example: SOURCE, description: 'What the message comes from.' }) ce_source: string;
  @ApiProperty({ example: 'kadr.frame.v1', description: 'What the message is, and its version.' }) ce_type: string;
  @ApiProperty({ example: TIME, format: 'date-time', description: 'When it happened, ISO 8601 in UTC.' })
  ce_time: string;
  @ApiPropertyOptional({ description: 'What the message is about, if that is not its source.' }) ce_subject?: string;
  @ApiPropertyOptional({
    example: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
    description: 'W3C trace context. Copy it from a frame to its outcome.',
  })
  ce_traceparent?: string;
  @ApiPropertyOptional({
    example: 'blob:jobs/019302a4-8d5e-7cc3-9a5d-1f2e3d4c5b6a/pictures/0.jpg',
    pattern: '^blob:.+$',
    description: 'Where the value is, when the value itself is empty: a key in the blob store (claim check).',
  })
  ce_dataref?: string;
  @ApiProperty({ example: 'application/json', description: 'Media type of the value.' }) 'content-type': string;
}

/** Headers of what is about one frame. */
class FrameRefHeadersV1 extends EventHeadersV1 {
  @ApiProperty({
    example: SOURCE,
    pattern: '^(job|camera|request):.+$',
    description:
      '`job:<id>` and `camera:<id>` are Kadr’s own. A program with frames of its own is `request:<UUID of its run>`: counted in the ledger, not kept in history.',
  })
  declare ce_source: string;
  @ApiProperty({
    example: '0',
    pattern: NUMBER,
    description: 'Number of the frame in its source: from 0, by 1. Source and sequence name a frame for ever.',
  })
  ce_sequence: string;
}

/** Headers of a `kadr.frame.v1`. */
export class FrameHeadersV1 extends FrameRefHeadersV1 {
  @ApiProperty({ enum: ['kadr.frame.v1'], description: 'What the message is, and its version.' })
  declare ce_type: string;
  @ApiProperty({ example: TIME, format: 'date-time', description: 'When the picture was taken, ISO 8601 in UTC.' })
  declare ce_time: string;
  @ApiPropertyOptional({
    example: '2026-11-22T10:00:02.000Z',
    format: 'date-time',
    description: 'Whoever holds the frame after this time drops it with reason `expired`. For live frames.',
  })
  ce_expirytime?: string;
  @ApiProperty({ example: '1280', pattern: NUMBER, description: 'Width of the picture in pixels.' }) ce_width: string;
  @ApiProperty({ example: '720', pattern: NUMBER, description: 'Height of the picture in pixels.' }) ce_height: string;
  @ApiProperty({ example: 'objects', description: 'Id of the model; the one in the name of the topic.' })
  ce_model: string;
  @ApiPropertyOptional({
    example: '{"threshold":0.4,"classes":["person"]}',
    description: 'What is asked of the model: a JSON object of the schema FrameOptions.',
  })
  ce_options?: string;
  @ApiProperty({ enum: ['image/jpeg'], description: 'Media type of the value.' }) declare 'content-type': string;
}

/** Headers of an outcome. */
export class OutcomeHeadersV1 extends FrameRefHeadersV1 {
  @ApiProperty({
    enum: ['kadr.result.v1', 'kadr.drop.v1', 'kadr.failure.v1'],
    description: 'What became of the frame, and its version.',
  })
  declare ce_type: string;
  @ApiProperty({
    example: '2f0c7a52-7c0e-8d3b-9b54-0a1c6f1f3d2e',
    description: 'The `id` of the value. The same whenever the same frame meets the same model.',
  })
  declare ce_id: string;
  @ApiProperty({ enum: ['application/json'], description: 'Media type of the value.' }) declare 'content-type': string;
}

/** Headers of a `kadr.annotated.v1`. */
export class AnnotatedHeadersV1 extends FrameRefHeadersV1 {
  @ApiProperty({ enum: ['kadr.annotated.v1'], description: 'What the message is, and its version.' })
  declare ce_type: string;
  @ApiProperty({ enum: ['image/jpeg'], description: 'Media type of the value.' }) declare 'content-type': string;
}

/** Headers of a `kadr.job.v1`. */
export class JobHeadersV1 extends EventHeadersV1 {
  @ApiProperty({ enum: ['kadr.job.v1'], description: 'What the message is, and its version.' })
  declare ce_type: string;
  @ApiProperty({ example: SOURCE, pattern: '^job:.+$', description: '`job:<id>`' }) declare ce_source: string;
  @ApiProperty({ enum: ['application/json'], description: 'Media type of the value.' }) declare 'content-type': string;
}

/** Headers of a `kadr.live-job.v1`. */
export class LiveJobHeadersV1 extends EventHeadersV1 {
  @ApiProperty({ enum: ['kadr.live-job.v1'], description: 'What the message is, and its version.' })
  declare ce_type: string;
  @ApiProperty({
    example: 'viewer:019302a4-8d5e-7cc3-9a5d-1f2e3d4c5b6d',
    pattern: '^viewer:.+$',
    description: '`viewer:<id of the instance>`, which leaves alone what it said itself.',
  })
  declare ce_source: string;
  @ApiProperty({ example: SOURCE, pattern: '^job:.+$', description: '`job:<id>`' }) declare ce_subject: string;
  @ApiProperty({ enum: ['application/json'], description: 'Media type of the value.' }) declare 'content-type': string;
}

/** Headers of a `kadr.model.v1`. */
export class ModelCardHeadersV1 extends EventHeadersV1 {
  @ApiProperty({ enum: ['kadr.model.v1'], description: 'What the message is, and its version.' })
  declare ce_type: string;
  @ApiProperty({
    example: 'worker:019302a4-8d5e-7cc3-9a5d-1f2e3d4c5b6c',
    pattern: '^worker:.+$',
    description: '`worker:<id of the worker>`',
  })
  declare ce_source: string;
  @ApiProperty({ enum: ['application/json'], description: 'Media type of the value.' }) declare 'content-type': string;
}

/** Headers of a `kadr.process.v1`. */
export class ProcessHeadersV1 extends EventHeadersV1 {
  @ApiProperty({ enum: ['kadr.process.v1'], description: 'What the message is, and its version.' })
  declare ce_type: string;
  @ApiProperty({
    example: 'process:019302a4-8d5e-7cc3-9a5d-1f2e3d4c5b6e',
    pattern: '^process:.+$',
    description: '`process:<id of the instance>`',
  })
  declare ce_source: string;
  @ApiProperty({ enum: ['application/json'], description: 'Media type of the value.' }) declare 'content-type': string;
}

/** What a dead letter has beside the headers that its message came with; those may be missing or wrong. */
export class DeadLetterHeadersV1 {
  @ApiProperty({ example: 'kadr.frames.objects.batch', description: 'Topic that the message came from.' })
  ce_originaltopic: string;
  @ApiProperty({ example: '3', pattern: NUMBER, description: 'Its partition there.' })
  ce_originalpartition: string;
  @ApiProperty({ example: '1042', pattern: NUMBER, description: 'Its offset there.' })
  ce_originaloffset: string;
  @ApiProperty({ example: 'inference', description: 'Group that gave it up.' }) ce_originalgroup: string;
  @ApiProperty({ example: 'bad-message', description: 'Code of the error.' }) ce_errorcode: string;
  @ApiProperty({ example: 'The frame cannot be read: header ce_width is missing.', description: 'What went wrong.' })
  ce_reason: string;
  @ApiProperty({ example: '1', pattern: NUMBER, description: 'How often it was delivered.' }) ce_attempts: string;
}
