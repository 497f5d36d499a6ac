import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { loadConfig } from './config.js';
import { describeEnvironment } from './describe.js';

describe('loadConfig', () => {
  it('has a default for every variable', () => {
    const config = loadConfig({});
    expect(config).toMatchObject({ PORT: 3000, DATA_DIR: './data', KADR_MODELS: ['objects', 'objects-fast'] });
    expect(Object.values(config)).not.toContain(undefined);
  });

  it('takes an empty variable for an unset one', () => {
    expect(loadConfig({ PORT: '' }).PORT).toBe(3000);
  });

  it('lists every bad variable with its value', () => {
    const load = () => loadConfig({ PORT: 'http', MAX_PIXELS: '-1', LOG_LEVEL: 'loud', ALLOW_PRIVATE_URLS: 'yes' });
    for (const part of ['PORT="http"', 'MAX_PIXELS="-1"', 'LOG_LEVEL="loud"', 'ALLOW_PRIVATE_URLS="yes"']) {
      expect(load).toThrow(part);
    }
  });

  it('shows no password of a bad URL', () => {
    const load = () => loadConfig({ DATABASE_URL: 'mysql://user:secret@host/kadr' });
    expect(load).toThrow('DATABASE_URL="mysql://***@host/kadr": must be a postgresql:// URL');
  });

  it('names the half of S3 that is missing, and shows no secret', () => {
    const load = () => loadConfig({ S3_ENDPOINT: 'http://s3:9000', S3_SECRET_ACCESS_KEY: 'hidden' });
    expect(load).toThrow('S3_BUCKET="": must be set, since S3_ENDPOINT is');
    expect(load).toThrow('S3_ACCESS_KEY_ID="": must be set, since S3_SECRET_ACCESS_KEY is');
    expect(load).toThrow(expect.not.objectContaining({ message: expect.stringContaining('hidden') }));
  });

  it.each(['kadr', 'kadr/site-1', ''])('takes the prefix %j of S3', (prefix) => {
    expect(loadConfig({ S3_PREFIX: prefix }).S3_PREFIX).toBe(prefix);
  });

  it.each(['/kadr', 'kadr/', 'a//b', '../x', 'a b'])('refuses the prefix %j of S3', (prefix) => {
    expect(() => loadConfig({ S3_PREFIX: prefix })).toThrow(`S3_PREFIX="${prefix}": must be names of letters`);
  });
});

describe('.env.example', () => {
  it('names every variable with its default and what it does', () => {
    const file = readFileSync(new URL('../../../.env.example', import.meta.url), 'utf8');
    expect(file).toBe(describeEnvironment());
  });
});
