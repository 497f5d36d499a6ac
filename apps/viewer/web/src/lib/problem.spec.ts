import { describe, expect, it } from '@jest/globals';
import { ERROR_CODES } from '@kadr/contracts';
import { adviceFor, Problem, problemFrom, toProblem } from './problem.js';

const body = JSON.stringify({ type: 'about:blank', title: 'Busy', status: 503, detail: 'Full.', code: 'queue-full' });

describe('problemFrom', () => {
  it('takes the sentence and the code of a problem body', () => {
    expect(problemFrom(503, body, '7')).toMatchObject({ message: 'Full.', code: 'queue-full', retryAfter: 7 });
  });

  it('asks to try again on 503 without Retry-After, and never waits longer than a minute', () => {
    expect(problemFrom(503, body, null).retryAfter).toBe(2);
    expect(problemFrom(503, body, '86400').retryAfter).toBe(60);
    expect(problemFrom(503, body, 'soon').retryAfter).toBe(2);
  });

  it('does not try again what can only fail again', () => {
    expect(problemFrom(415, body, '7').retryAfter).toBeUndefined();
  });

  it('takes a gateway error without a problem body for a server that is away', () => {
    expect(problemFrom(502, '<html>Bad Gateway</html>', null).code).toBe('unreachable');
  });

  it('never shows a foreign body', () => {
    expect(problemFrom(500, 'at Object.<anonymous> (index.js:1)', null).message).not.toContain('index.js');
  });
});

describe('toProblem', () => {
  it('keeps a problem, and takes a failed fetch for a server that is away', () => {
    const problem = new Problem('No.', 'not-found', 404);
    expect(toProblem(problem)).toBe(problem);
    expect(toProblem(new TypeError('Failed to fetch')).code).toBe('unreachable');
  });
});

describe('adviceFor', () => {
  it('says what to do next for every code', () => {
    for (const code of [...ERROR_CODES, 'something-new']) expect(adviceFor(code)).not.toBe('');
  });
});
