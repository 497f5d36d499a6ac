import { All, Controller, Req, UseFilters } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { AppError } from '@kadr/errors';
import type { Request } from 'express';
import { HttpError } from './http-error.js';
import { ProblemFilter } from './problem.filter.js';
import { RouteTable } from './route-table.js';

/** Whatever under `/v1` no other controller answers; so it comes last. */
@ApiExcludeController()
@Controller('v1')
@UseFilters(ProblemFilter)
export class UnknownRoutesController {
  constructor(private readonly routes: RouteTable) {}

  @All(['', '*path'])
  refuse(@Req() request: Request): never {
    const allowed = this.routes.methodsOf(request.path);
    if (allowed.length === 0) {
      throw new AppError('not-found', 'not-found', `There is nothing at ${request.path}. /docs lists what there is.`);
    }
    const allow = allowed.join(', ');
    const message = `${request.method} is not possible at ${request.path}; ${allow} is.`;
    throw new HttpError(405, 'The method is not allowed', 'method-not-allowed', message, { allow });
  }
}
