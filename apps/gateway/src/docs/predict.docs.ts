import { applyDecorators } from '@nestjs/common';
import { ApiExtraModels, ApiOkResponse, ApiOperation, ApiQuery, getSchemaPath } from '@nestjs/swagger';
import { ModelOptionsDto, PictureUrlDto, ResultV1 } from '@kadr/contracts';
import { ApiProblems } from './api-problems.js';
import { PICTURE_PROBLEMS, binary, requestBody } from './bodies.js';

/** `POST /v1/predict` in the OpenAPI document. */
export function ApiPredict(): MethodDecorator {
  return applyDecorators(
    ApiExtraModels(PictureUrlDto, ResultV1),
    ApiOperation({
      summary: 'Find the objects of one picture, answered at once',
      description:
        'Send the picture as a form, as the body or as a URL. `Accept: image/jpeg` gives the picture with its objects drawn in. The query fields may also be form fields or JSON members.',
      requestBody: requestBody(false, PictureUrlDto),
    }),
    ApiQuery({ type: ModelOptionsDto }),
    ApiOkResponse({
      description: 'The result, or the annotated picture.',
      content: { 'application/json': { schema: { $ref: getSchemaPath(ResultV1) } }, 'image/jpeg': { schema: binary } },
    }),
    ApiProblems(
      'invalid-request',
      'unknown-model',
      'unknown-class',
      'no-file',
      'not-acceptable',
      ...PICTURE_PROBLEMS,
      'url-refused',
      'url-failed',
      'url-too-large',
      'url-timeout',
      'queue-full',
      'model-loading',
      'model-failed',
      'no-worker',
      'frame-dropped',
      'storage-full',
      'storage-unavailable',
      'bus-unavailable',
      'inference-failed',
      'prediction-timeout',
    ),
  );
}
