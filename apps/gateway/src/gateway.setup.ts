import type { NestExpressApplication } from '@nestjs/platform-express';
import { AppError } from '@kadr/errors';
import type { NextFunction, Request, Response } from 'express';
import { setupSwagger } from './docs/openapi.js';
import { sendProblem, toProblem } from './problems/problem.js';

/** What the gateway needs of the application that holds it. Bodies are its own to read: make it with `bodyParser: false`. */
export function configureGateway(app: NestExpressApplication): void {
  app.use('/v1', refuseUnreadablePath);
  setupSwagger(app);
}

/** Express fails on such a path before any controller, and so before any filter, has seen it. */
function refuseUnreadablePath(request: Request, response: Response, next: NextFunction): void {
  if (isReadable(request.path)) return next();
  const error = new AppError('invalid', 'invalid-request', `The path ${request.originalUrl} has a broken % escape.`);
  sendProblem(response, toProblem(error, request.originalUrl, ''));
}

function isReadable(path: string): boolean {
  try {
    return decodeURIComponent(path) !== undefined;
  } catch {
    return false;
  }
}
