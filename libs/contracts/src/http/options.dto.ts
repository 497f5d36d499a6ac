import { ApiPropertyOptional } from '@nestjs/swagger';
import {
  ArrayNotEmpty,
  IsArray,
  IsBoolean,
  IsIn,
  IsNumber,
  IsOptional,
  IsString,
  Max,
  MaxLength,
  Min,
} from 'class-validator';
import { MASK_FORMATS } from '../messages/frame.v1.js';
import type { MaskFormat } from '../messages/frame.v1.js';
import { FlagFromText, ListFromText, NumberFromText } from './transforms.js';

const ID = { message: 'must be the id of a model; GET /v1/models lists them' };
const THRESHOLD = { message: 'must be a number from 0 to 1' };
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
}
