import { Controller, Delete, Get, Param, Post, Query, Req, Res, UseFilters } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { JobV1, JobsPageDto, JobsQueryDto } from '@kadr/contracts';
import { JobsRepository } from '@kadr/storage';
import type { Request, Response } from 'express';
import { ApiCreateJob, ApiGetJob, ApiListJobs, ApiRemoveJob } from '../docs/jobs.docs.js';
import { readDto } from '../options/read-dto.js';
import { ProblemFilter } from '../problems/problem.filter.js';
import { goneSignal } from '../uploads/gone-signal.js';
import { AcceptJobService } from './accept-job.service.js';
import { hasEnded } from './job-waiter.js';
import { RemoveJobService, jobNotFound } from './remove-job.service.js';

const PAGE = 50;

@ApiTags('jobs')
@Controller('v1/jobs')
@UseFilters(ProblemFilter)
export class JobsController {
  constructor(
    private readonly jobs: JobsRepository,
    private readonly acceptance: AcceptJobService,
    private readonly removal: RemoveJobService,
  ) {}

  @Post()
  @ApiCreateJob()
  async create(@Req() request: Request, @Res() response: Response): Promise<void> {
    const { job, waited } = await this.acceptance.accept(request, response);
    response.status(hasEnded(job) ? 200 : 202).location(`/v1/jobs/${job.id}`);
    if (waited !== undefined) response.set('Preference-Applied', `wait=${waited}`);
    response.json(job);
  }

  @Get()
  @ApiListJobs()
  list(@Query() query: Record<string, unknown>): Promise<JobsPageDto> {
    const { status, model, cursor, limit = PAGE } = readDto(JobsQueryDto, query);
    return this.jobs.list({ status, model, cursor, limit });
  }

  @Get(':id')
  @ApiGetJob()
  async get(@Param('id') id: string): Promise<JobV1> {
    const job = await this.jobs.get(id);
    if (!job) throw jobNotFound(id);
    return job;
  }

  @Delete(':id')
  @ApiRemoveJob()
  async remove(@Param('id') id: string, @Res() response: Response): Promise<void> {
    const cancelled = await this.removal.remove(id, goneSignal(response));
    if (cancelled) response.status(202).json(cancelled);
    else response.status(204).end();
  }
}
