import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import type { OpenAPIObject } from '@nestjs/swagger';
import { JOB_STATES, MASK_FORMATS, RESULTS_FORMATS } from '@kadr/contracts';
import { GatewayModule } from '../gateway.module.js';

const QUERY_ENUMS: Readonly<Record<string, readonly string[]>> = {
  masks: MASK_FORMATS,
  status: JOB_STATES,
  format: RESULTS_FORMATS,
};

/** The OpenAPI document of `/v1`. */
export function openApiDocument(app: INestApplication): OpenAPIObject {
  const about = new DocumentBuilder()
    .setTitle('Kadr')
    .setDescription('Pictures in; segmented, labelled objects out. Errors are RFC 9457 problems with a stable `code`.')
    .setVersion('1')
    .setLicense('Apache-2.0', 'https://www.apache.org/licenses/LICENSE-2.0')
    .addTag('predict', 'One picture, answered at once')
    .addTag('jobs', 'Many pictures, in the background')
    .addTag('models', 'What can be asked for')
    .addTag('ledger', 'What became of every frame')
    .addTag('dead-letters', 'Messages that could not be handled, to be looked at and replayed')
    .addTag('processes', 'What is happening')
    .build();
  const document = SwaggerModule.createDocument(app, about, {
    include: [GatewayModule],
    operationIdFactory: (controller, method) => `${controller.replace(/Controller$/, '').toLowerCase()}-${method}`,
  });
  addQueryEnums(document);
  return document;
}

/** Serves Swagger UI at `/docs` and the document at `/docs-json`. */
export function setupSwagger(app: INestApplication): void {
  SwaggerModule.setup('docs', app, () => openApiDocument(app), { customSiteTitle: 'Kadr API' });
}

/** @nestjs/swagger 12 leaves out the enums of a query class's fields; with them Swagger UI has lists to choose from. */
function addQueryEnums(document: OpenAPIObject): void {
  const operations = Object.values(document.paths).flatMap(({ get, post }) => [get, post]);
  for (const parameter of operations.flatMap((operation) => operation?.parameters ?? [])) {
    if ('$ref' in parameter || !parameter.schema || '$ref' in parameter.schema) continue;
    const values = parameter.in === 'query' ? QUERY_ENUMS[parameter.name] : undefined;
    if (values) parameter.schema.enum = [...values];
  }
}
