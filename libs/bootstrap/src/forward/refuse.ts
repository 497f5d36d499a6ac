import type { ServerResponse } from 'node:http';
import type { ErrorCode, ProblemDto } from '@kadr/contracts';
import { ERROR_POLICY } from '@kadr/errors';

const CODE: ErrorCode = 'peer-unavailable';
const RETRY_AFTER_S = 5;

/** Answers with a problem that says why another process could not be asked; an answer half sent is cut off. */
export function refuse(response: ServerResponse, path: string, why: string): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const { status, title } = ERROR_POLICY.away;
  const detail = `${why} Start that process, or correct the variable.`;
  const instance = path.split('?', 1)[0];
  const problem: ProblemDto = { type: 'about:blank', title, status, detail, instance, code: CODE };
  response.writeHead(status, { 'content-type': 'application/problem+json', 'retry-after': String(RETRY_AFTER_S) });
  response.end(JSON.stringify(problem));
}
