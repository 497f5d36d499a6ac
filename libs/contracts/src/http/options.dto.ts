import { ApiPropertyOptional } from '@nestjs/swagger';
import {
  ArrayNotEmpty,
  IsArray,
  IsBoolean,
  IsIn,
  IsNumber,
  IsOptional,
  IsString,
  Matches,
  Max,
  MaxLength,
  Min,
} from 'class-validator';
import { MASK_FORMATS } from '../messages/frame.v1.js';
import type { MaskFormat } from '../messages/frame.v1.js';
import { FlagFromText, ListFromText, NumberFromText } from './transforms.js';

const ID = { message: 'must be the id of a model; GET /v1/models lists them' };
const THRESHOLD = { message: 'must be a number from 0 to 1' };
const MAX_WEBHOOK = 2000;
const WEBHOOK = {
  message: `must be an http or https URL of at most ${MAX_WEBHOOK} characters, without user name and password`,
  // What is refused for its password must not be shown in the refusal.
  context: { secret: true },
};
/** A host that is neither empty nor after a user name: no `@`, nor a `\\`, which some parsers take for a `/`. */
const WEBHOOK_URL = /^https?:\/\/[^\s/?#@\\]+(?:[/?#]\S*)?$/i;
const CLASSES = { message: 'must be a comma list of at least one label' };

/** What may be asked of a model, by query string, form fields or JSON members. */
export class ModelOptionsDto {
  @ApiPropertyOptional({ example: 'objects', description: 'Id of a model; the default model when left out.' })
  @IsOptional()
  @IsString(ID)
  @MaxLength(100, ID)
  model?: string;

  @ApiPropertyOptional({
    example: 0.4,
    minimum: 0,
    maximum: 1,
    description: "Least score; the model's own when left out.",
  })
  @IsOptional()
  @NumberFromText()
  @IsNumber({}, THRESHOLD)
  @Min(0, THRESHOLD)
  @Max(1, THRESHOLD)
  threshold?: number;

  @ApiPropertyOptional({
    type: String,
    example: 'person,cat',
    description: 'Comma list of labels to keep; all when left out.',
  })
  @IsOptional()
  @ListFromText()
  @IsArray(CLASSES)
  @ArrayNotEmpty(CLASSES)
  classes?: string[];

  @ApiPropertyOptional({
    enum: MASK_FORMATS,
    example: 'rle',
    description: 'How masks are written; `rle` when left out.',
  })
  @IsOptional()
  @IsIn(MASK_FORMATS, { message: `must be one of ${MASK_FORMATS.join(', ')}` })
  masks?: MaskFormat;
}

/** What may be asked of a job. */
export class JobOptionsDto extends ModelOptionsDto {
  @ApiPropertyOptional({ example: true, default: false, description: 'Draw the objects into the pictures too.' })
  @IsOptional()
  @FlagFromText()
  @IsBoolean({ message: 'must be true or false' })
  annotate?: boolean;

  @ApiPropertyOptional({
    example: 'https://example.com/kadr-jobs',
    maxLength: MAX_WEBHOOK,
    description:
      'Where the job is POSTed as JSON, without its items, when it has ended. Any 2xx answer takes it; anything else, a redirect too, is tried again a few times. It comes at least once: `webhook-id` is the same for repeats.',
  })
  @IsOptional()
  @Matches(WEBHOOK_URL, WEBHOOK)
  @MaxLength(MAX_WEBHOOK, WEBHOOK)
  webhook?: string;
}
