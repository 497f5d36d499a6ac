import { Controller, HttpCode, Param, Post, Query, UseFilters } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { DeadLetterDetailsDto, ReplayDto, ReplayQueryDto } from '@kadr/contracts';
import { ApiReplayAll, ApiReplayDeadLetter } from '../docs/dead-letters.docs.js';
import { readDto } from '../options/read-dto.js';
import { ProblemFilter } from '../problems/problem.filter.js';
import { detailsOf } from './dead-letter-dto.js';
import { ReplayService } from './replay.service.js';

@ApiTags('dead-letters')
@Controller('v1/dead-letters')
@UseFilters(ProblemFilter)
export class ReplayController {
  constructor(private readonly replays: ReplayService) {}

  @Post('replay')
  @HttpCode(202)
  @ApiReplayAll()
  all(@Query() query: Record<string, unknown>): Promise<ReplayDto> {
    return this.replays.all(readDto(ReplayQueryDto, query));
  }

  @Post(':id/replay')
  @HttpCode(202)
  @ApiReplayDeadLetter()
  async one(@Param('id') id: string): Promise<DeadLetterDetailsDto> {
    return detailsOf(await this.replays.one(id));
  }
}
