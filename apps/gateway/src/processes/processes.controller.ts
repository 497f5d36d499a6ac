import { Controller, Get, UseFilters } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ProcessesDto } from '@kadr/contracts';
import { ProblemFilter } from '../problems/problem.filter.js';
import { ProcessesService } from './processes.service.js';

@ApiTags('processes')
@Controller('v1/processes')
@UseFilters(ProblemFilter)
export class ProcessesController {
  constructor(private readonly processes: ProcessesService) {}

  @Get()
  @ApiOperation({
    summary: 'What is happening: the processes, and how far each group of consumers is behind',
    description: 'Every process reports each 5 s. Groups are summed over the processes that are there.',
  })
  @ApiOkResponse({ type: ProcessesDto })
  list(): ProcessesDto {
    return this.processes.list();
  }
}
