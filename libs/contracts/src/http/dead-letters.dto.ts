import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsBoolean, IsOptional, Matches } from 'class-validator';
import { PageQueryDto } from './pages.dto.js';
import { FlagFromText } from './transforms.js';

const ID = '0d2f6a1c-5b7e-8c3d-9e4f-1a2b3c4d5e6f';
const JOB = '019302a4-8d5e-7cc3-9a5d-1f2e3d4c5b6a';
const TOPIC = 'kadr.frames.objects.batch';
const TEXT = /^[^\0]{1,250}$/;
const CODE_RULE = { message: 'must be an error code of at most 250 characters' };
const TOPIC_RULE = { message: 'must be the name of a topic of at most 250 characters' };

/** `GET /v1/dead-letters` */
export class DeadLettersQueryDto extends PageQueryDto {
  @ApiPropertyOptional({ example: 'damaged-picture', description: 'Only those with this error code.' })
  @IsOptional()
  @Matches(TEXT, CODE_RULE)
  code?: string;

  @ApiPropertyOptional({ example: TOPIC, description: 'Only those that were on this topic.' })
  @IsOptional()
  @Matches(TEXT, TOPIC_RULE)
  topic?: string;

  @ApiPropertyOptional({ example: false, description: 'Only those that were replayed, or only those that were not.' })
  @IsOptional()
  @FlagFromText()
  @IsBoolean({ message: 'must be true or false' })
  replayed?: boolean;
}

/** `POST /v1/dead-letters/replay` */
export class ReplayQueryDto {
  @ApiPropertyOptional({ example: 'damaged-picture', description: 'Only those with this error code.' })
  @IsOptional()
  @Matches(TEXT, CODE_RULE)
  code?: string;

  @ApiPropertyOptional({ example: TOPIC, description: 'Only those that were on this topic.' })
  @IsOptional()
  @Matches(TEXT, TOPIC_RULE)
  topic?: string;
}

export class DeadLetterLinksDto {
  @ApiProperty({ example: `/v1/dead-letters/${ID}` }) self: string;
  @ApiProperty({
    example: `/v1/dead-letters/${ID}/value`,
    nullable: true,
    type: String,
    description: 'The original bytes; null when there are none.',
  })
  value: string | null;
  @ApiProperty({ example: `/v1/dead-letters/${ID}/replay` }) replay: string;
  @ApiProperty({ example: `/v1/jobs/${JOB}`, nullable: true, type: String, description: 'The job it belongs to.' })
  job: string | null;
}

/** A message that could not be handled: where it was, and why it was given up. */
export class DeadLetterDto {
  @ApiProperty({ example: ID }) id: string;
  @ApiProperty({ example: TOPIC, nullable: true, type: String }) topic: string | null;
  @ApiProperty({ example: 3, nullable: true, type: Number }) partition: number | null;
  @ApiProperty({ example: '1042', nullable: true, type: String }) offset: string | null;
  @ApiProperty({ example: 'inference', nullable: true, type: String, description: 'The group that gave it up.' })
  group: string | null;
  @ApiProperty({ example: `job:${JOB}`, nullable: true, type: String }) source: string | null;
  @ApiProperty({ example: 0, nullable: true, type: Number }) sequence: number | null;
  @ApiProperty({ example: 'damaged-picture' }) code: string;
  @ApiProperty({ example: 'The JPEG picture is damaged or cut short.' }) reason: string;
  @ApiProperty({ example: 1, description: 'How often it was tried.' }) attempts: number;
  @ApiProperty({ example: 'image/jpeg', nullable: true, type: String }) contentType: string | null;
  @ApiProperty({ example: 84_213, nullable: true, type: Number, description: 'Bytes; null for a tombstone.' })
  size: number | null;
  @ApiProperty({ example: '2026-11-22T10:00:00.000Z' }) happenedAt: string;
  @ApiProperty({ example: null, nullable: true, type: String }) replayedAt: string | null;
  @ApiProperty({ example: 0, description: 'How often it was replayed.' }) replays: number;
  @ApiProperty({ type: DeadLetterLinksDto }) links: DeadLetterLinksDto;
}

/** `GET /v1/dead-letters/{id}` */
export class DeadLetterDetailsDto extends DeadLetterDto {
  @ApiProperty({ example: `job:${JOB}/0`, nullable: true, type: String }) key: string | null;
  @ApiProperty({
    type: 'object',
    additionalProperties: { type: 'string' },
    example: { ce_id: '019302a4-9c1e-7aa1-8f3b-2b3c4d5e6f70', ce_type: 'kadr.frame.v1', 'content-type': 'image/jpeg' },
    description: "The message's own headers.",
  })
  headers: Record<string, string>;
}

/** Newest first. */
export class DeadLettersPageDto {
  @ApiProperty({ type: [DeadLetterDto] }) deadLetters: DeadLetterDto[];
  @ApiProperty({ example: 1, description: 'All that were not yet replayed, whatever is asked for.' }) waiting: number;
  @ApiProperty({ nullable: true, type: String, description: 'Cursor of the next page.' }) next: string | null;
}

/** `POST /v1/dead-letters/replay` */
export class ReplayDto {
  @ApiProperty({ example: 12 }) replayed: number;
  @ApiProperty({ example: 0, description: 'Letters whose topic is not known, or whose bytes are gone.' })
  skipped: number;
}
