import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsInt, IsOptional, IsString, Matches, Max, MaxLength, Min } from 'class-validator';
import { JOB_STATES, JobV1 } from '../messages/job.v1.js';
import type { JobState } from '../messages/job.v1.js';
import { ModelCardV1 } from '../messages/model-card.v1.js';
import { ResultV1 } from '../messages/result.v1.js';
import { NumberFromText } from './transforms.js';

/** Most entries of one page. */
export const MAX_PAGE = 1000;
const LIMIT = { message: `must be a whole number from 1 to ${MAX_PAGE}` };
const CURSOR = { message: 'must be the "next" of an earlier page' };
const SEQUENCE = { message: 'must be a whole number of at least 0' };

/** A page of a list. */
export class PageQueryDto {
  @ApiPropertyOptional({ description: '`next` of the page before; the first page when left out.' })
  @IsOptional()
  @IsString(CURSOR)
  @MaxLength(200, CURSOR)
  cursor?: string;

  @ApiPropertyOptional({ example: 50, default: 50, minimum: 1, maximum: MAX_PAGE })
  @IsOptional()
  @NumberFromText()
  @IsInt(LIMIT)
  @Min(1, LIMIT)
  @Max(MAX_PAGE, LIMIT)
  limit?: number;
}

/** `GET /v1/jobs` */
export class JobsQueryDto extends PageQueryDto {
  @ApiPropertyOptional({ enum: JOB_STATES })
  @IsOptional()
  @IsIn(JOB_STATES, { message: `must be one of ${JOB_STATES.join(', ')}` })
  status?: JobState;

  @ApiPropertyOptional({ example: 'objects' })
  @IsOptional()
  @IsString({ message: 'must be the id of a model' })
  model?: string;
}

export type ResultsFormat = 'json' | 'ndjson';
export const RESULTS_FORMATS: readonly ResultsFormat[] = ['json', 'ndjson'];

/** `GET /v1/jobs/{id}/results` */
export class ResultsQueryDto extends PageQueryDto {
  @ApiPropertyOptional({ description: '`next` of the page before; from the first frame when left out.', example: '49' })
  @Matches(/^\d{1,15}$/, CURSOR)
  declare cursor?: string;

  @ApiPropertyOptional({
    enum: RESULTS_FORMATS,
    description: 'Overrides `Accept`; `ndjson` is all results, one a line.',
  })
  @IsOptional()
  @IsIn(RESULTS_FORMATS, { message: `must be one of ${RESULTS_FORMATS.join(', ')}` })
  format?: ResultsFormat;
}

/** `GET /v1/jobs/{id}/annotated` */
export class AnnotatedQueryDto {
  @ApiPropertyOptional({ example: 0, description: 'One picture of many, by its sequence.' })
  @IsOptional()
  @NumberFromText()
  @IsInt(SEQUENCE)
  @Min(0, SEQUENCE)
  sequence?: number;
}

export type ExportFormat = 'coco' | 'yolo' | 'csv';
export const EXPORT_FORMATS: readonly ExportFormat[] = ['coco', 'yolo', 'csv'];

/** `GET /v1/jobs/{id}/export` */
export class ExportQueryDto {
  @ApiProperty({ enum: EXPORT_FORMATS, example: 'coco' })
  @IsIn(EXPORT_FORMATS, { message: `must be one of ${EXPORT_FORMATS.join(', ')}` })
  format: ExportFormat;
}

/** Newest first. */
export class JobsPageDto {
  @ApiProperty({ type: [JobV1] }) jobs: JobV1[];
  @ApiProperty({ nullable: true, type: String, description: 'Cursor of the next page.' }) next: string | null;
}

/** In frame order. */
export class ResultsPageDto {
  @ApiProperty({ type: [ResultV1] }) results: ResultV1[];
  @ApiProperty({ nullable: true, type: String, description: 'Cursor of the next page.' }) next: string | null;
}

/** `GET /v1/models`: the default first. */
export class ModelsDto {
  @ApiProperty({ type: [ModelCardV1] }) models: ModelCardV1[];
}
