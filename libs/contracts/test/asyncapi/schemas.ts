import 'reflect-metadata';
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import { Test } from '@nestjs/testing';
import {
  AnnotatedHeadersV1,
  DeadLetterHeadersV1,
  DropV1,
  FailureV1,
  FrameHeadersV1,
  FrameOptions,
  JobHeadersV1,
  JobV1,
  LiveJobHeadersV1,
  ModelCardHeadersV1,
  ModelCardV1,
  OutcomeHeadersV1,
  ProcessHeadersV1,
  ProcessV1,
  ResultV1,
} from '../../src/index.js';

/** A JSON schema, or a part of one. */
export type Schema = Record<string, unknown>;

const CLASSES = [
  AnnotatedHeadersV1,
  DeadLetterHeadersV1,
  DropV1,
  FailureV1,
  FrameHeadersV1,
  FrameOptions,
  JobHeadersV1,
  JobV1,
  LiveJobHeadersV1,
  ModelCardHeadersV1,
  ModelCardV1,
  OutcomeHeadersV1,
  ProcessHeadersV1,
  ProcessV1,
  ResultV1,
];

/** JSON schemas of all that messages are made of, by the names of their classes: from the decorators that OpenAPI reads. */
export async function schemasOfClasses(): Promise<Record<string, Schema>> {
  const module = await Test.createTestingModule({}).compile();
  const app = module.createNestApplication({ logger: false });
  try {
    const document = SwaggerModule.createDocument(app, new DocumentBuilder().build(), { extraModels: CLASSES });
    const schemas = Object.entries(document.components?.schemas ?? {});
    return Object.fromEntries(
      schemas.sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, schema]) => [name, jsonSchema(schema) as Schema]),
    );
  } finally {
    await app.close();
  }
}

/** OpenAPI 3.0 has words of its own for what JSON schema says with `examples` and with a type of `null`. */
function jsonSchema(part: unknown): unknown {
  if (Array.isArray(part)) return part.map(jsonSchema);
  if (typeof part !== 'object' || part === null) return part;
  const { nullable, ...rest } = part as Schema;
  const schema = Object.fromEntries(Object.entries(rest).map(([name, value]) => [name, jsonSchema(value)]));
  if (isSchema(schema) && 'example' in schema) {
    schema.examples = [schema.example];
    delete schema.example;
  }
  return nullable === true ? { ...schema, type: [schema.type, 'null'] } : schema;
}

/** A map of properties may have one that is called `example`; a schema has a type, or refers to one. */
function isSchema(part: Schema): boolean {
  return typeof part.type === 'string' || '$ref' in part || 'allOf' in part || 'oneOf' in part;
}
