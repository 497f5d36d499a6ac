import { Catch } from '@nestjs/common';
import type { ArgumentsHost, ExceptionFilter } from '@nestjs/common';
import { Log } from '@kadr/observability';
import type { Request, Response } from 'express';
import { v7 as uuid } from 'uuid';
import { sendProblem, toProblem } from './problem.js';

/** The one place where the gateway's errors become answers. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(private readonly log: Log) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const request = host.switchToHttp().getRequest<Request>();
    const response = host.switchToHttp().getResponse<Response>();
    const id = uuid();
    const problem = toProblem(error, request.path, id);
    const { method, path } = request;
    if (problem.hidden) this.log.error('request failed', { id, method, path, status: problem.status, error });
    sendProblem(response, problem);
  }
}
