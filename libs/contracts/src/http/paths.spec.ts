import { describe, expect, it } from '@jest/globals';
import { ownerOf } from './paths.js';

describe('ownerOf', () => {
  it.each(['/v1', '/v1/jobs?limit=1', '/v1?x', '/docs', '/docs/swagger-ui.css', '/docs-json', '/docs-yaml'])(
    'gives %s to the gateway',
    (path) => expect(ownerOf(path)).toBe('gateway'),
  );

  it.each(['/health/ready', '/metrics'])('leaves %s to each process', (path) => expect(ownerOf(path)).toBe('process'));

  it.each(['/', '', '/v10', '/assets/v1', '/socket.io/?EIO=4', '/live/x', '//v1', '/V1'])(
    'gives %j to the viewer',
    (path) => expect(ownerOf(path)).toBe('viewer'),
  );
});
