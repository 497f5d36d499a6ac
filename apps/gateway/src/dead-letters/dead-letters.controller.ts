import { pipeline } from 'node:stream/promises';
import { Controller, Delete, Get, HttpCode, Param, Query, Res, UseFilters } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { DeadLetterDetailsDto, DeadLettersPageDto, DeadLettersQueryDto } from '@kadr/contracts';
import { DeadLettersRepository } from '@kadr/storage';
import type { Response } from 'express';
import {
  ApiDeadLetterValue,
  ApiGetDeadLetter,
  ApiListDeadLetters,
  ApiRemoveDeadLetter,
} from '../docs/dead-letters.docs.js';
import { readDto } from '../options/read-dto.js';
import { ProblemFilter } from '../problems/problem.filter.js';
import { detailsOf, dtoOf } from './dead-letter-dto.js';
import { DeadLettersService } from './dead-letters.service.js';

const PAGE = 50;
const EXTENSIONS: Readonly<Record<string, string>> = { 'application/json': 'json' };

@ApiTags('dead-letters')
@Controller('v1/dead-letters')
@UseFilters(ProblemFilter)
export class DeadLettersController {
  constructor(
    private readonly letters: DeadLettersRepository,
    private readonly service: DeadLettersService,
  ) {}

  @Get()
  @ApiListDeadLetters()
  async list(@Query() query: Record<string, unknown>): Promise<DeadLettersPageDto> {
    const { cursor, limit = PAGE, ...filter } = readDto(DeadLettersQueryDto, query);
    const { letters, next } = await this.letters.page(filter, { cursor, limit });
    return { deadLetters: letters.map(dtoOf), waiting: await this.letters.waiting(), next };
  }

  @Get(':id')
  @ApiGetDeadLetter()
  async get(@Param('id') id: string): Promise<DeadLetterDetailsDto> {
    return detailsOf(await this.service.get(id));
  }

  @Get(':id/value')
  @ApiDeadLetterValue()
  async value(@Param('id') id: string, @Res() response: Response): Promise<void> {
    const { type, size, stream } = await this.service.value(id);
    if (type !== 'image/jpeg') response.attachment(`kadr-dead-letter-${id}.${EXTENSIONS[type] ?? 'bin'}`);
    // Anybody may have written these bytes: no browser may take them for a page of ours.
    response.set('X-Content-Type-Options', 'nosniff');
    response.set('Content-Security-Policy', "default-src 'none'; sandbox");
    response.set('Cache-Control', 'private, max-age=3600');
    response.setHeader('Content-Type', type);
    response.setHeader('Content-Length', size);
    await pipeline(stream, response);
  }

  @Delete(':id')
  @HttpCode(204)
  @ApiRemoveDeadLetter()
  async remove(@Param('id') id: string): Promise<void> {
    await this.service.remove(id);
  }
}
