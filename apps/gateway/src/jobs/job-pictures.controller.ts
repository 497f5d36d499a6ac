import { pipeline } from 'node:stream/promises';
import { Controller, Get, Param, Query, Res, UseFilters } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { AnnotatedQueryDto } from '@kadr/contracts';
import type { Response } from 'express';
import { ApiAnnotated, ApiOriginal } from '../docs/jobs.docs.js';
import { readDto } from '../options/read-dto.js';
import { ProblemFilter } from '../problems/problem.filter.js';
import { AnnotatedService } from './annotated.service.js';
import type { Download } from './annotated.service.js';

@ApiTags('jobs')
@Controller('v1/jobs/:id')
@UseFilters(ProblemFilter)
export class JobPicturesController {
  constructor(private readonly pictures: AnnotatedService) {}

  @Get('annotated')
  @ApiAnnotated()
  async annotated(
    @Param('id') id: string,
    @Query() query: Record<string, unknown>,
    @Res() response: Response,
  ): Promise<void> {
    const { sequence } = readDto(AnnotatedQueryDto, query);
    await send(response, await this.pictures.annotated(id, sequence), `kadr-${id}`);
  }

  @Get('pictures/:sequence')
  @ApiOriginal()
  async original(
    @Param('id') id: string,
    @Param('sequence') sequence: string,
    @Res() response: Response,
  ): Promise<void> {
    const asked = readDto(AnnotatedQueryDto, { sequence });
    await send(response, await this.pictures.original(id, asked.sequence ?? 0), `kadr-${id}`);
  }
}

async function send(response: Response, { type, stream, size }: Download, name: string): Promise<void> {
  response.type(type);
  if (size !== undefined) response.set('Content-Length', String(size));
  if (type === 'application/zip') response.attachment(`${name}.zip`);
  // A job's pictures never change; but a job may be removed.
  response.set('Cache-Control', 'private, max-age=3600');
  await pipeline(stream, response);
}
