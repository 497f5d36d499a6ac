import { readFileSync } from 'node:fs';
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

describe('docker/edge.conf', () => {
  const conf = readFileSync(new URL('../../../../docker/edge.conf', import.meta.url), 'utf8');
  const rule = new RegExp(/location ~ (\S+) \{ proxy_pass http:\/\/gateway; \}/.exec(conf)![1]);

  it.each(['/v1', '/v1/jobs', '/docs', '/docs/x', '/docs-json', '/docs-yaml', '/', '/v10', '/docs-x', '/socket.io/'])(
    'sends %s to its owner',
    (path) => expect(rule.test(path)).toBe(ownerOf(path) === 'gateway'),
  );
});
