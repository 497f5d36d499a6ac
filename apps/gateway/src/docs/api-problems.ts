import { applyDecorators } from '@nestjs/common';
import { ApiExtraModels, ApiResponse, getSchemaPath } from '@nestjs/swagger';
import { ProblemDto } from '@kadr/contracts';
import type { ErrorCode } from '@kadr/contracts';
import { ERROR_POLICY } from '@kadr/errors';
import { PROBLEM_EXAMPLES } from './problem-examples.js';
import { CODE_KINDS } from '../problems/code-kinds.js';

const STATUS_OF: Partial<Record<ErrorCode, number>> = { 'method-not-allowed': 405, 'not-acceptable': 406 };

/** Lists an operation's errors in the OpenAPI document: one response a status, naming its codes. */
export function ApiProblems(...codes: ErrorCode[]): MethodDecorator {
  const byStatus = new Map<number, ErrorCode[]>();
  for (const code of [...codes, 'internal' as const]) {
    const status = STATUS_OF[code] ?? ERROR_POLICY[CODE_KINDS[code]].status;
    byStatus.set(status, [...(byStatus.get(status) ?? []), code]);
  }
  return applyDecorators(
    ApiExtraModels(ProblemDto),
    ...[...byStatus].map(([status, of]) => problemResponse(status, of)),
  );
}

function problemResponse(status: number, codes: ErrorCode[]): MethodDecorator {
  return ApiResponse({
    status,
    description: `Code ${codes.map((code) => `\`${code}\``).join(', ')}`,
    content: {
      'application/problem+json': {
        schema: { allOf: [{ $ref: getSchemaPath(ProblemDto) }], properties: { code: { type: 'string', enum: codes } } },
        examples: Object.fromEntries(codes.map((code) => [code, { value: example(status, code) }])),
      },
    },
    ...(status === 503 && {
      headers: {
        'Retry-After': { description: 'Seconds after which a retry makes sense.', schema: { type: 'integer' } },
      },
    }),
  });
}

function example(status: number, code: ErrorCode): object {
  const { title } = ERROR_POLICY[CODE_KINDS[code]];
  return { type: 'about:blank', title, status, detail: PROBLEM_EXAMPLES[code], instance: '/v1/…', code };
}
