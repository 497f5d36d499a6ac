import type { DropV1, FailureV1, ModelCardV1 } from '@kadr/contracts';
import { AppError } from '@kadr/errors';
import { modelLoading } from '../models/models.service.js';
import { kindOfCode } from '../problems/code-kinds.js';
import { predictionTimeout } from './pending-answers.js';

/** What a frame's failure is to the one who sent it; `card` is the model's newest. */
export function failureError({ code, detail }: FailureV1, card: ModelCardV1): AppError {
  if (code === 'model-loading') return modelLoading(card);
  const kind = kindOfCode(code);
  return new AppError(kind, code, detail, kind === 'unavailable' ? { retryAfter: 5 } : {});
}

/** What it is to them that their frame was let go. */
export function dropError({ reason }: DropV1, timeoutMs: number): AppError {
  switch (reason) {
    case 'expired':
      return predictionTimeout(timeoutMs);
    case 'queue-full':
      return new AppError('unavailable', 'queue-full', 'Too many pictures are waiting. Try again.', { retryAfter: 1 });
    case 'superseded':
    case 'cancelled':
      return new AppError('unavailable', 'frame-dropped', `The picture was let go (${reason}). Try again.`, {
        retryAfter: 1,
      });
  }
}
