import { Controller, Get, Param, Query, UseFilters } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiQuery, ApiTags } from '@nestjs/swagger';
import { LedgerDto, LedgerEntryDto, PageQueryDto } from '@kadr/contracts';
import { AppError } from '@kadr/errors';
import { LedgerRepository } from '@kadr/storage';
import { ApiProblems } from '../docs/api-problems.js';
import { readDto } from '../options/read-dto.js';
import { ProblemFilter } from '../problems/problem.filter.js';

const PAGE = 50;

@ApiTags('ledger')
@Controller('v1/ledger')
@UseFilters(ProblemFilter)
export class LedgerController {
  constructor(private readonly ledger: LedgerRepository) {}

  @Get()
  @ApiOperation({
    summary: 'The account of every source',
    description: 'For each: frames in = results + drops by reason + failures + in flight; and the sum over all.',
  })
  @ApiQuery({ type: PageQueryDto })
  @ApiOkResponse({ type: LedgerDto })
  @ApiProblems('invalid-request')
  page(@Query() query: Record<string, unknown>): Promise<LedgerDto> {
    const { cursor, limit = PAGE } = readDto(PageQueryDto, query);
    return this.ledger.page({ cursor, limit });
  }

  @Get(':source')
  @ApiOperation({ summary: 'The account of one source, as `job:0190…`' })
  @ApiOkResponse({ type: LedgerEntryDto })
  @ApiProblems('not-found')
  async entry(@Param('source') source: string): Promise<LedgerEntryDto> {
    const entry = await this.ledger.entry(source);
    if (entry) return entry;
    throw new AppError('not-found', 'not-found', `The ledger has no source "${source.slice(0, 100)}".`);
  }
}
