import { applyDecorators } from '@nestjs/common';
import {
  ApiAcceptedResponse,
  ApiExtraModels,
  ApiHeader,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiParam,
  ApiQuery,
  getSchemaPath,
} from '@nestjs/swagger';
import {
  AnnotatedQueryDto,
  ExportQueryDto,
  JobOptionsDto,
  JobV1,
  JobsPageDto,
  JobsQueryDto,
  PictureUrlsDto,
  ResultV1,
  ResultsPageDto,
  ResultsQueryDto,
} from '@kadr/contracts';
import { ApiProblems } from './api-problems.js';
import { PICTURE_PROBLEMS, binary, requestBody } from './bodies.js';

const LOCATION = { Location: { description: 'Where the job is.', schema: { type: 'string' as const } } };
const PREFERENCE = {
  'Preference-Applied': { description: '`wait=N` when it was asked for.', schema: { type: 'string' as const } },
};

/** The job's id in the path. */
function ApiJobId(): MethodDecorator {
  return ApiParam({ name: 'id', example: '019302a4-8d5e-7cc3-9a5d-1f2e3d4c5b6a' });
}

/** `POST /v1/jobs` in the OpenAPI document. */
export function ApiCreateJob(): MethodDecorator {
  return applyDecorators(
    ApiExtraModels(PictureUrlsDto),
    ApiOperation({
      summary: 'Find the objects of one or many pictures',
      description:
        'Send pictures as a form (`file` repeated; a `.zip` is unpacked), as the body, or as URLs. A picture that cannot be read fails alone; the others go on. The query fields may also be form fields or JSON members.',
      requestBody: requestBody(true, PictureUrlsDto),
    }),
    ApiQuery({ type: JobOptionsDto }),
    ApiHeader({
      name: 'Prefer',
      description: '`wait=N` (RFC 7240): answer when the job is done, after N seconds (60 at most) at the latest.',
      example: 'wait=10',
    }),
    ApiHeader({
      name: 'Idempotency-Key',
      description: 'The same key with the same request gives the same job; with another request 422.',
      example: '5f2b8c1e-upload-1',
    }),
    ApiAcceptedResponse({ type: JobV1, description: 'Under way.', headers: { ...LOCATION, ...PREFERENCE } }),
    ApiOkResponse({ type: JobV1, description: 'Done.', headers: { ...LOCATION, ...PREFERENCE } }),
    ApiProblems(
      'invalid-request',
      'unknown-model',
      'unknown-class',
      'no-file',
      ...PICTURE_PROBLEMS,
      'bad-zip',
      'zip-too-large',
      'url-refused',
      'idempotency-key-reused',
      'queue-full',
      'model-failed',
      'no-worker',
      'storage-full',
      'storage-unavailable',
    ),
  );
}

/** `GET /v1/jobs` in the OpenAPI document. */
export function ApiListJobs(): MethodDecorator {
  return applyDecorators(
    ApiOperation({ summary: 'The jobs, newest first', description: 'Without their items.' }),
    ApiQuery({ type: JobsQueryDto }),
    ApiOkResponse({ type: JobsPageDto }),
    ApiProblems('invalid-request'),
  );
}

/** `GET /v1/jobs/{id}` in the OpenAPI document. */
export function ApiGetJob(): MethodDecorator {
  return applyDecorators(
    ApiOperation({ summary: 'A job: its state, progress and the error of each picture that failed' }),
    ApiJobId(),
    ApiOkResponse({ type: JobV1 }),
    ApiProblems('not-found'),
  );
}

/** `DELETE /v1/jobs/{id}` in the OpenAPI document. */
export function ApiRemoveJob(): MethodDecorator {
  return applyDecorators(
    ApiOperation({
      summary: 'Cancel a job, or remove one that has ended',
      description: 'A cancelled job is removed by itself once its last picture is accounted for.',
    }),
    ApiJobId(),
    ApiAcceptedResponse({ type: JobV1, description: 'Cancelled.' }),
    ApiNoContentResponse({ description: 'Removed, with its pictures and results.' }),
    ApiProblems('not-found', 'bus-unavailable'),
  );
}

/** `GET /v1/jobs/{id}/results` in the OpenAPI document. */
export function ApiJobResults(): MethodDecorator {
  return applyDecorators(
    ApiOperation({
      summary: "A job's results in frame order",
      description: 'By pages, or all at once as `application/x-ndjson`, one result a line.',
    }),
    ApiJobId(),
    ApiQuery({ type: ResultsQueryDto }),
    ApiExtraModels(ResultsPageDto, ResultV1),
    ApiOkResponse({
      description: 'A page, or lines.',
      content: {
        'application/json': { schema: { $ref: getSchemaPath(ResultsPageDto) } },
        'application/x-ndjson': { schema: { $ref: getSchemaPath(ResultV1) } },
      },
    }),
    ApiProblems('invalid-request', 'not-found', 'not-acceptable'),
  );
}

/** `GET /v1/jobs/{id}/annotated` in the OpenAPI document. */
export function ApiAnnotated(): MethodDecorator {
  return applyDecorators(
    ApiOperation({
      summary: 'The pictures with their objects drawn in',
      description: 'The JPEG of a job of one picture, a ZIP of many; `sequence` gives one of many. Needs `annotate`.',
    }),
    ApiJobId(),
    ApiQuery({ type: AnnotatedQueryDto }),
    ApiOkResponse({
      description: 'A picture, or a ZIP of pictures.',
      content: { 'image/jpeg': { schema: binary }, 'application/zip': { schema: binary } },
    }),
    ApiProblems('invalid-request', 'not-found', 'job-not-finished', 'storage-unavailable'),
  );
}

/** `GET /v1/jobs/{id}/pictures/{sequence}` in the OpenAPI document. */
export function ApiOriginal(): MethodDecorator {
  return applyDecorators(
    ApiOperation({ summary: "One of a job's pictures as it was looked at: upright, sRGB, JPEG" }),
    ApiJobId(),
    ApiParam({ name: 'sequence', example: 0 }),
    ApiOkResponse({ description: 'The picture.', content: { 'image/jpeg': { schema: binary } } }),
    ApiProblems('invalid-request', 'not-found', 'storage-unavailable'),
  );
}

/** `GET /v1/jobs/{id}/export` in the OpenAPI document. */
export function ApiExport(): MethodDecorator {
  return applyDecorators(
    ApiOperation({
      summary: "A job's results as a data set",
      description:
        '`coco` is one JSON document; `yolo` a ZIP with `data.yaml`, `labels/` (outlines where there are masks, else boxes) and `images/`; `csv` has one line an object. The conventions are those of the supervision library: COCO categories count from 0, images and annotations from 1.',
    }),
    ApiJobId(),
    ApiQuery({ type: ExportQueryDto }),
    ApiOkResponse({
      description: 'The data set as a file.',
      content: {
        'application/json': { schema: { type: 'object' } },
        'application/zip': { schema: binary },
        'text/csv': { schema: { type: 'string' } },
      },
    }),
    ApiProblems('invalid-request', 'not-found', 'job-not-finished', 'storage-unavailable'),
  );
}
