import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { OpenAPIObject } from '@nestjs/swagger';
import { format } from 'prettier';
import { call } from '../../../test/support/http.js';
import { startGateway } from './support/gateway.js';
import type { TestGateway } from './support/gateway.js';

const FILE = join(import.meta.dirname, '../../../docs/openapi.json');

let gateway: TestGateway;
let document: OpenAPIObject;

beforeAll(async () => {
  gateway = await startGateway();
  ({ body: document } = await call<OpenAPIObject>(`${gateway.url}/docs-json`));
});
afterAll(() => gateway.close());

describe('the OpenAPI document', () => {
  it('is the one in docs/openapi.json (UPDATE_DOCS=1 writes it)', async () => {
    if (process.env.UPDATE_DOCS)
      await writeFile(FILE, await format(JSON.stringify(document), { parser: 'json', printWidth: 120 }));
    expect(JSON.parse(await readFile(FILE, 'utf8'))).toEqual(document);
  });

  it('describes every operation with a summary, an answer and its errors', () => {
    for (const [path, operations] of Object.entries(document.paths)) {
      for (const [method, { summary, responses }] of Object.entries(operations) as [
        string,
        { summary?: string; responses: Record<string, object> },
      ][]) {
        expect([path, method, summary]).toEqual([path, method, expect.any(String)]);
        expect(Object.keys(responses).some((status) => status.startsWith('2'))).toBe(true);
        // They only say what they have heard.
        if (!['/v1/models', '/v1/processes'].includes(path))
          expect(JSON.stringify(responses)).toContain('application/problem+json');
      }
    }
  });

  it('has file pickers for pictures', () => {
    const form = (path: string) =>
      document.paths[path].post?.requestBody as {
        content: Record<string, { schema: { properties: { file: object } } }>;
      };
    const file = { type: 'string', format: 'binary' };
    expect(form('/v1/predict').content['multipart/form-data'].schema.properties.file).toEqual(file);
    expect(form('/v1/jobs').content['multipart/form-data'].schema.properties.file).toEqual({
      type: 'array',
      items: file,
    });
  });

  it('refers to nothing that is not there', () => {
    const names = [...JSON.stringify(document).matchAll(/#\/components\/schemas\/(\w+)/g)].map(([, name]) => name);
    expect(names.length).toBeGreaterThan(0);
    expect(Object.keys(document.components?.schemas ?? {})).toEqual(expect.arrayContaining([...new Set(names)]));
  });

  it('is shown by Swagger UI', async () => {
    expect((await call<string>(`${gateway.url}/docs`)).body).toContain('swagger-ui');
  });
});
