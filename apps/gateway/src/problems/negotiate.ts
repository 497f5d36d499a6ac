import type { Request } from 'express';
import { HttpError } from './http-error.js';

/** The media type of `offered` that `Accept` likes best (RFC 9110, 12.5.1); the first when it does not care. */
export function negotiate<T extends string>(request: Request, offered: readonly T[]): T {
  const found = request.accepts([...offered]);
  if (found !== false) return found as T;
  const message = `Accept is "${request.headers.accept}"; there is ${offered.join(' or ')}.`;
  throw new HttpError(406, 'No acceptable form', 'not-acceptable', message);
}
