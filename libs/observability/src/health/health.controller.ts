import { Controller, Get, Res } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import { Health } from './health.js';

/** `GET /health/live` (the process answers) and `GET /health/ready` (it can take work). */
@ApiTags('health')
@Controller('health')
export class HealthController {
  constructor(private readonly health: Health) {}

  @Get('live')
  @ApiOperation({ summary: 'The process is alive' })
  @ApiResponse({ status: 200, schema: { example: { status: 'live' } } })
  live(): { status: 'live' } {
    return { status: 'live' };
  }

  @Get('ready')
  @ApiOperation({ summary: 'The process can take work' })
  @ApiResponse({ status: 200, schema: { example: { status: 'ready', checks: { models: 'ok', bus: 'ok' } } } })
  @ApiResponse({
    status: 503,
    schema: { example: { status: 'unready', checks: { models: 'objects is loading', bus: 'ok' } } },
  })
  ready(@Res() response: Response): void {
    const report = this.health.report();
    response.status(report.status === 'ready' ? 200 : 503).json(report);
  }
}
