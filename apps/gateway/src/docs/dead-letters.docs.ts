import { applyDecorators } from '@nestjs/common';
import {
  ApiAcceptedResponse,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiParam,
  ApiQuery,
} from '@nestjs/swagger';
import {
  DeadLetterDetailsDto,
  DeadLettersPageDto,
  DeadLettersQueryDto,
  ReplayDto,
  ReplayQueryDto,
} from '@kadr/contracts';
import { ApiProblems } from './api-problems.js';
import { binary } from './bodies.js';

/** The letter's id in the path. */
function ApiLetterId(): MethodDecorator {
  return ApiParam({ name: 'id', example: '0d2f6a1c-5b7e-8c3d-9e4f-1a2b3c4d5e6f' });
}

/** `GET /v1/dead-letters` in the OpenAPI document. */
export function ApiListDeadLetters(): MethodDecorator {
  return applyDecorators(
    ApiOperation({
      summary: 'Messages that could not be handled, newest first',
      description: 'Each with where it was, who gave it up and why. They are kept as long as the history.',
    }),
    ApiQuery({ type: DeadLettersQueryDto }),
    ApiOkResponse({ type: DeadLettersPageDto }),
    ApiProblems('invalid-request', 'database-unavailable'),
  );
}

/** `GET /v1/dead-letters/{id}` in the OpenAPI document. */
export function ApiGetDeadLetter(): MethodDecorator {
  return applyDecorators(
    ApiOperation({ summary: 'A dead letter with the key and headers of its message' }),
    ApiLetterId(),
    ApiOkResponse({ type: DeadLetterDetailsDto }),
    ApiProblems('not-found', 'database-unavailable'),
  );
}

/** `GET /v1/dead-letters/{id}/value` in the OpenAPI document. */
export function ApiDeadLetterValue(): MethodDecorator {
  return applyDecorators(
    ApiOperation({
      summary: "The original bytes: a frame's picture, for example",
      description:
        'As a file to save, but for JPEG. Bytes of any other type than these are `application/octet-stream`.',
    }),
    ApiLetterId(),
    ApiOkResponse({
      description: 'The bytes.',
      content: {
        'image/jpeg': { schema: binary },
        'application/json': { schema: {} },
        'application/octet-stream': { schema: binary },
      },
    }),
    ApiProblems('not-found', 'blob-missing', 'database-unavailable'),
  );
}

/** `POST /v1/dead-letters/{id}/replay` in the OpenAPI document. */
export function ApiReplayDeadLetter(): MethodDecorator {
  return applyDecorators(
    ApiOperation({
      summary: 'Publish a dead letter again where it came from',
      description:
        'With its original key, headers and bytes; a frame without its expiry. A result takes the place of the frame’s failure, in its job and in the ledger. If it fails again, that is another dead letter.',
    }),
    ApiLetterId(),
    ApiAcceptedResponse({ type: DeadLetterDetailsDto, description: 'On its way.' }),
    ApiProblems('not-found', 'blob-missing', 'unknown-topic', 'queue-full', 'bus-unavailable', 'database-unavailable'),
  );
}

/** `POST /v1/dead-letters/replay` in the OpenAPI document. */
export function ApiReplayAll(): MethodDecorator {
  return applyDecorators(
    ApiOperation({
      summary: 'Replay all dead letters that were not yet, the oldest first',
      description: 'If it ends early with an error, those published until then are marked: ask again for the rest.',
    }),
    ApiQuery({ type: ReplayQueryDto }),
    ApiAcceptedResponse({ type: ReplayDto, description: 'On their way: how many.' }),
    ApiProblems('invalid-request', 'queue-full', 'bus-unavailable', 'database-unavailable'),
  );
}

/** `DELETE /v1/dead-letters/{id}` in the OpenAPI document. */
export function ApiRemoveDeadLetter(): MethodDecorator {
  return applyDecorators(
    ApiOperation({ summary: 'Remove a dead letter with its bytes' }),
    ApiLetterId(),
    ApiNoContentResponse({ description: 'Removed.' }),
    ApiProblems('not-found', 'database-unavailable'),
  );
}
