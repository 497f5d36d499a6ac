import { Controller, Get, Param, UseFilters } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ModelCardV1, ModelsDto } from '@kadr/contracts';
import { ApiProblems } from '../docs/api-problems.js';
import { ProblemFilter } from '../problems/problem.filter.js';
import { ModelsService } from './models.service.js';

@ApiTags('models')
@Controller('v1/models')
@UseFilters(ProblemFilter)
export class ModelsController {
  constructor(private readonly models: ModelsService) {}

  @Get()
  @ApiOperation({ summary: 'What can be asked for', description: 'One entry a model, the default first.' })
  @ApiOkResponse({ type: ModelsDto })
  list(): ModelsDto {
    return { models: this.models.list() };
  }

  @Get(':id')
  @ApiOperation({ summary: 'One model: its classes, input, licence, digest, provider and state' })
  @ApiOkResponse({ type: ModelCardV1 })
  @ApiProblems('not-found', 'no-worker')
  get(@Param('id') id: string): ModelCardV1 {
    return this.models.require(id);
  }
}
