import type { ProblemDto } from '@kadr/contracts';
import { AppError, ERROR_POLICY, toAppError } from '@kadr/errors';
import { isDiskFull } from '@kadr/media';
import type { Response } from 'express';
import { HttpError } from './http-error.js';

/** An error as HTTP tells it. */
export interface Problem {
  status: number;
  headers: Record<string, string>;
  /** RFC 9457, with the error's details as extension members. */
  body: ProblemDto & Record<string, unknown>;
  /** Nothing but the log may show this error's own words. */
  hidden: boolean;
}

/** Renders any thrown value; `id` names it in the log when its own words must not leave the process. */
export function toProblem(thrown: unknown, instance: string, id: string): Problem {
  const error = classify(thrown);
  const { status, title } = error instanceof HttpError ? error : ERROR_POLICY[error.kind];
  const hidden = error.code === 'internal';
  const detail = hidden ? `Something went wrong on our side; the log has it as ${id}.` : error.message;
  const headers: Record<string, string> = error instanceof HttpError ? { ...error.headers } : {};
  if (error.retryAfter !== undefined) headers['retry-after'] = String(Math.ceil(error.retryAfter));
  return {
    status,
    headers,
    hidden,
    body: {
      ...(hidden ? {} : error.details),
      type: 'about:blank',
      title,
      status,
      detail,
      instance,
      code: error.code,
      ...(error.errors.length > 0 && { errors: error.errors }),
    },
  };
}

/** Answers with a problem; an answer half sent can only be cut off, so that nobody takes it for whole. */
export function sendProblem(response: Response, { status, headers, body }: Problem): void {
  if (response.headersSent) response.destroy();
  else response.status(status).set(headers).type('application/problem+json').send(JSON.stringify(body));
}

function classify(thrown: unknown): AppError {
  if (!isDiskFull(thrown)) return toAppError(thrown);
  const message =
    'There is no room left to store this. Try again later; whoever runs Kadr has to free space in DATA_DIR.';
  return new AppError('unavailable', 'storage-full', message, { retryAfter: 60, cause: thrown });
}
