import { ApiProperty } from '@nestjs/swagger';
import { ArrayNotEmpty, IsArray, IsString, MaxLength } from 'class-validator';
import { JobOptionsDto, ModelOptionsDto } from './options.dto.js';

const MAX_URL = 4096;
const URL_RULE = { message: `must be an http or https URL of at most ${MAX_URL} characters` };
const URLS_RULE = { message: `must be a list of at least one URL, each of at most ${MAX_URL} characters` };

/** `POST /v1/predict` as JSON: one picture by its URL. */
export class PictureUrlDto extends ModelOptionsDto {
  @ApiProperty({ example: 'https://upload.wikimedia.org/wikipedia/commons/3/3a/Cat03.jpg' })
  @IsString(URL_RULE)
  @MaxLength(MAX_URL, URL_RULE)
  url: string;
}

/** `POST /v1/jobs` as JSON: pictures by their URLs. */
export class PictureUrlsDto extends JobOptionsDto {
  @ApiProperty({ type: [String], example: ['https://upload.wikimedia.org/wikipedia/commons/3/3a/Cat03.jpg'] })
  @IsArray(URLS_RULE)
  @ArrayNotEmpty(URLS_RULE)
  @IsString({ each: true, ...URLS_RULE })
  @MaxLength(MAX_URL, { each: true, ...URLS_RULE })
  urls: string[];
}
