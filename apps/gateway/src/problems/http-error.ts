import { AppError } from '@kadr/errors';
import type { ErrorCode } from '@kadr/contracts';

/** An error that only HTTP knows: its status is its own, not that of its kind. */
export class HttpError extends AppError {
  constructor(
    readonly status: number,
    readonly title: string,
    code: ErrorCode,
    message: string,
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super('invalid', code, message);
  }
}
