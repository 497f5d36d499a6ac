import { pipeline } from 'node:stream/promises';
import { Controller, Get, Param, Query, Res, UseFilters } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { ExportQueryDto } from '@kadr/contracts';
import type { ExportFormat } from '@kadr/contracts';
import type { Response } from 'express';
import { ApiExport } from '../docs/jobs.docs.js';
import { readDto } from '../options/read-dto.js';
import { ProblemFilter } from '../problems/problem.filter.js';
import { ExportService } from './export.service.js';

/** How the file of a format ends; its media type follows from that. */
const ENDINGS: Record<ExportFormat, string> = { coco: 'coco.json', yolo: 'yolo.zip', csv: 'csv' };

@ApiTags('jobs')
@Controller('v1/jobs/:id/export')
@UseFilters(ProblemFilter)
export class ExportController {
  constructor(private readonly exports: ExportService) {}

  @Get()
  @ApiExport()
  async export(
    @Param('id') id: string,
    @Query() query: Record<string, unknown>,
    @Res() response: Response,
  ): Promise<void> {
    const { format } = readDto(ExportQueryDto, query);
    const stream = await this.exports.export(id, format);
    response.attachment(`kadr-${id}.${ENDINGS[format]}`);
    await pipeline(stream, response);
  }
}
