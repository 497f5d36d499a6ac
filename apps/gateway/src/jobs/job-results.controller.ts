import { pipeline } from 'node:stream/promises';
import { Readable } from 'node:stream';
import { Controller, Get, Param, Query, Req, Res, UseFilters } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { ResultsQueryDto } from '@kadr/contracts';
import { JobsRepository, OutcomesRepository } from '@kadr/storage';
import type { Request, Response } from 'express';
import { ApiJobResults } from '../docs/jobs.docs.js';
import { readDto } from '../options/read-dto.js';
import { negotiate } from '../problems/negotiate.js';
import { ProblemFilter } from '../problems/problem.filter.js';
import { jobNotFound } from './remove-job.service.js';

const PAGE = 50;
/** Results read at once while a whole job is written out. */
const CHUNK = 100;
const JSON_TYPE = 'application/json';
const LINES_TYPE = 'application/x-ndjson';

@ApiTags('jobs')
@Controller('v1/jobs/:id/results')
@UseFilters(ProblemFilter)
export class JobResultsController {
  constructor(
    private readonly jobs: JobsRepository,
    private readonly outcomes: OutcomesRepository,
  ) {}

  @Get()
  @ApiJobResults()
  async results(
    @Param('id') id: string,
    @Query() query: Record<string, unknown>,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const { cursor, limit, format } = readDto(ResultsQueryDto, query);
    const lines = format ? format === 'ndjson' : negotiate(request, [JSON_TYPE, LINES_TYPE]) === LINES_TYPE;
    if (!(await this.jobs.summary(id))) throw jobNotFound(id);
    const after = cursor === undefined ? undefined : Number(cursor);
    response.vary('Accept');
    if (!lines) {
      response.json(await this.outcomes.page(id, { after, limit: limit ?? PAGE }));
      return;
    }
    response.type(LINES_TYPE);
    await pipeline(Readable.from(this.lines(id, after, limit ?? Infinity)), response);
  }

  private async *lines(id: string, first: number | undefined, limit: number): AsyncGenerator<string> {
    let after = first;
    for (let left = limit; left > 0;) {
      const { results, next } = await this.outcomes.page(id, { after, limit: Math.min(CHUNK, left) });
      for (const result of results) yield `${JSON.stringify(result)}\n`;
      left -= results.length;
      if (next === null) return;
      after = Number(next);
    }
  }
}
