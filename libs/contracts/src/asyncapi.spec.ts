import { readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { Ajv } from 'ajv';
import formats from 'ajv-formats';
import { format } from 'prettier';
import { parse, stringify } from 'yaml';
import { asyncApiDocument } from '../test/asyncapi/document.js';
import type { Schema } from '../test/asyncapi/schemas.js';
import { SAMPLES } from '../test/samples.js';
import { ERROR_CODES } from './error-codes.js';
import { deadLetterHeaders } from './messages/dead-letter.js';
import { encodeFrame } from './messages/frame.v1.js';
import { DROP_REASONS } from './messages/outcome.v1.js';
import { TOPIC_CATALOGUE } from './topics.js';

const require = createRequire(import.meta.url);
const FILE = join(import.meta.dirname, '../../../docs/asyncapi.yaml');
const HEAD = `# Generated from libs/contracts: UPDATE_DOCS=1 npm run test:unit -- --testPathPatterns libs/contracts
# (twice for a new type of message: the first time writes the golden message that is its example here)
`;

interface Document {
  channels: Record<string, { address: string }>;
  components: {
    messages: Record<string, { headers: Schema; payload: Schema }>;
    schemas: Record<string, { properties: Record<string, Schema>; required: string[] }>;
  };
}

let document: Document;
let ajv: Ajv;

beforeAll(async () => {
  document = JSON.parse(JSON.stringify(await asyncApiDocument())) as Document;
  ajv = new Ajv({ strict: true, strictTypes: false, allErrors: true, formats: { binary: true } });
  (formats as unknown as (ajv: Ajv) => void)(ajv);
  ajv.addVocabulary(['channels', 'components', 'asyncapi', 'info', 'defaultContentType', 'servers', 'operations']);
  ajv.addSchema(document, 'kadr');
});

/** What is wrong with `value` by a schema of the document. */
function faults({ $ref }: Schema, value: unknown): unknown {
  const validate = ajv.compile({ $ref: `kadr${String($ref)}` });
  return validate(value) ? [] : validate.errors;
}

/** The class of a message's headers. */
function headersOf(type: string): { properties: Record<string, Schema>; required: string[] } {
  return document.components.schemas[String(document.components.messages[type].headers.$ref).split('/').at(-1)!];
}

describe('the AsyncAPI document', () => {
  it('is the one in docs/asyncapi.yaml (UPDATE_DOCS=1 writes it)', async () => {
    if (process.env.UPDATE_DOCS) {
      const text = HEAD + stringify(document, { lineWidth: 0, aliasDuplicateObjects: false });
      await writeFile(FILE, await format(text, { parser: 'yaml', printWidth: 120, singleQuote: true }));
    }
    expect(parse(await readFile(FILE, 'utf8'))).toEqual(document);
  });

  it('follows AsyncAPI 3.0', () => {
    const rules = require('@asyncapi/specs/schemas/3.0.0.json') as Schema;
    // The rules hold a copy of JSON schema's own.
    const check = new Ajv({ strict: false, allErrors: true, validateFormats: false, meta: false });
    const validate = check.compile(rules);
    expect(validate(document) ? [] : validate.errors).toEqual([]);
  });

  it('has every topic, drop reason and error code', () => {
    const addresses = Object.values(document.channels).map(({ address }) => address.replace('{model}', '*'));
    expect(addresses.sort()).toEqual(TOPIC_CATALOGUE.map(({ name }) => name).sort());
    const { DropV1, FailureV1 } = document.components.schemas;
    expect(DropV1.properties.reason.enum).toEqual(DROP_REASONS);
    expect(FailureV1.properties.code.examples).toEqual(ERROR_CODES);
  });

  it('refers to nothing that is not there', () => {
    for (const [, reference] of JSON.stringify(document).matchAll(/"\$ref":"#\/([^"]+)"/g)) {
      const found = reference
        .split('/')
        .reduce<unknown>((part, name) => (part as Schema | undefined)?.[name], document);
      expect([reference, found]).toEqual([reference, expect.anything()]);
    }
  });
});

describe.each(SAMPLES)('$type as it is written', ({ type, encode }) => {
  it('has headers and a value of its schemas, and no header that the document does not know', () => {
    const { headers, value } = encode();
    const message = document.components.messages[type];
    expect(faults(message.headers, headers)).toEqual([]);
    expect(Object.keys(headersOf(type).properties)).toEqual(expect.arrayContaining(Object.keys(headers)));
    if (message.payload.$ref) {
      const json: unknown = JSON.parse(new TextDecoder().decode(value!));
      expect(faults(message.payload, json)).toEqual([]);
      expect(faults(message.payload, {})).not.toEqual([]);
    } else {
      expect(headers['content-type']).toBe('image/jpeg');
    }
  });

  it('is not of its schema without any of the headers that are required', () => {
    const { headers } = encode();
    for (const name of headersOf(type).required) {
      const { [name]: _, ...others } = headers;
      expect([name, faults(document.components.messages[type].headers, others)]).not.toEqual([name, []]);
    }
  });
});

describe('a dead letter', () => {
  it('has the headers of its schema beside its own', () => {
    const facts = { topic: 't', partition: 0, offset: '7', group: 'g', code: 'bad-message', reason: 'r', attempts: 1 };
    const headers = deadLetterHeaders({}, facts);
    expect(faults(document.components.messages['dead-letter'].headers, headers)).toEqual([]);
    expect(Object.keys(headersOf('dead-letter').properties).sort()).toEqual(Object.keys(headers).sort());
  });
});

describe('options of a frame', () => {
  it('are of their schema', () => {
    const frame = SAMPLES[0].content as Parameters<typeof encodeFrame>[0];
    const options: unknown = JSON.parse(encodeFrame(frame, 'live').headers.ce_options);
    const schema = { $ref: '#/components/schemas/FrameOptions' };
    expect(faults(schema, options)).toEqual([]);
    expect(faults(schema, { threshold: 2 })).not.toEqual([]);
  });
});
