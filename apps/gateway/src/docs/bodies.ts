import type { Type } from '@nestjs/common';
import { getSchemaPath } from '@nestjs/swagger';
import type { ErrorCode } from '@kadr/contracts';

type Body = NonNullable<NonNullable<Parameters<typeof import('@nestjs/swagger').ApiOperation>[0]>['requestBody']>;

/** Bytes of a file. */
export const binary = { type: 'string', format: 'binary' } as const;

/** What may be wrong with a picture. */
export const PICTURE_PROBLEMS: readonly ErrorCode[] = [
  'unsupported-media',
  'damaged-picture',
  'empty-upload',
  'upload-too-large',
  'too-many-pixels',
  'too-many-files',
];

/** The forms in which pictures come: a form with a file picker, the bytes themselves, or JSON with URLs. */
export function requestBody(many: boolean, json: Type): Body {
  const file = many ? { type: 'array' as const, items: binary } : binary;
  return {
    required: true,
    content: {
      'multipart/form-data': { schema: { type: 'object', required: ['file'], properties: { file } } },
      'image/*': { schema: binary },
      ...(many && { 'application/zip': { schema: binary } }),
      'application/json': { schema: { $ref: getSchemaPath(json) } },
    },
  };
}
