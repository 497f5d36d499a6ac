import { describe, expect, it } from '@jest/globals';
import { ERROR_CODES } from '@kadr/contracts';
import { AppError } from '@kadr/errors';
import { CODE_KINDS, kindOfCode } from './code-kinds.js';
import { HttpError } from './http-error.js';
import { toProblem } from './problem.js';

describe('toProblem', () => {
  it('renders an error by RFC 9457 with its details as extension members', () => {
    const error = new AppError('unavailable', 'model-loading', 'Not yet.', {
      retryAfter: 4.2,
      details: { progress: { received: 1, total: 2 }, status: 'never' },
    });
    expect(toProblem(error, '/v1/predict', 'id')).toEqual({
      status: 503,
      headers: { 'retry-after': '5' },
      hidden: false,
      body: {
        type: 'about:blank',
        title: 'Not available at the moment',
        status: 503,
        detail: 'Not yet.',
        instance: '/v1/predict',
        code: 'model-loading',
        progress: { received: 1, total: 2 },
      },
    });
  });

  it('keeps the words of an unexpected error to the log', () => {
    const { body, status, hidden } = toProblem(new Error('ENOENT: /home/kadr/secret'), '/v1/jobs', 'the-id');
    expect([status, hidden, body.code]).toEqual([500, true, 'internal']);
    expect(JSON.stringify(body)).not.toContain('secret');
    expect(body.detail).toContain('the-id');
  });

  it('says that the disk is full', () => {
    const error = Object.assign(new Error('ENOSPC: write'), { code: 'ENOSPC' });
    expect(toProblem(error, '/v1/jobs', 'id')).toMatchObject({ status: 503, body: { code: 'storage-full' } });
  });

  it('has a status of its own for what only HTTP knows', () => {
    const error = new HttpError(405, 'Not allowed', 'method-not-allowed', 'PUT is not possible', { allow: 'GET' });
    expect(toProblem(error, '/v1/jobs', 'id')).toMatchObject({ status: 405, headers: { allow: 'GET' } });
  });
});

describe('kindOfCode', () => {
  it('knows every code and takes others for internal', () => {
    expect(Object.keys(CODE_KINDS).sort()).toEqual([...ERROR_CODES].sort());
    expect(kindOfCode('damaged-picture')).toBe('unprocessable');
    expect(kindOfCode('toString')).toBe('internal');
  });
});
