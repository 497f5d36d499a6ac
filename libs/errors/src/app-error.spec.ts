import { describe, expect, it } from '@jest/globals';
import { AppError, toAppError } from './app-error.js';

describe('AppError', () => {
  it('takes from its kind whether a retry makes sense', () => {
    expect(new AppError('unavailable', 'queue-full', 'full').retryable).toBe(true);
    expect(new AppError('unprocessable', 'damaged-picture', 'cut short').retryable).toBe(false);
    expect(new AppError('unprocessable', 'url-failed', 'refused', { retryable: true }).retryable).toBe(true);
  });

  it('is kept by toAppError, which makes anything else internal and keeps it as the cause', () => {
    const known = new AppError('not-found', 'not-found', 'no job');
    expect(toAppError(known)).toBe(known);
    const cause = new TypeError('x is undefined');
    expect(toAppError(cause)).toMatchObject({ kind: 'internal', message: 'x is undefined', cause });
    expect(toAppError('text')).toMatchObject({ kind: 'internal', message: 'text' });
  });
});
