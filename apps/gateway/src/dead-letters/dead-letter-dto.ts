import { parseSource } from '@kadr/contracts';
import type { DeadLetterDetailsDto, DeadLetterDto } from '@kadr/contracts';
import type { DeadLetter } from '@kadr/storage';

/** A letter as lists show it. */
export function dtoOf(letter: DeadLetter): DeadLetterDto {
  const { key: _key, headers: _headers, ...shown } = letter;
  const self = `/v1/dead-letters/${letter.id}`;
  const source = parseSource(letter.source ?? '');
  return Object.assign(shown, {
    links: {
      self,
      value: letter.size === null ? null : `${self}/value`,
      replay: `${self}/replay`,
      job: source?.kind === 'job' ? `/v1/jobs/${encodeURIComponent(source.id)}` : null,
    },
  });
}

/** A letter with all that is known of it. */
export function detailsOf(letter: DeadLetter): DeadLetterDetailsDto {
  const { key, headers } = letter;
  return Object.assign(dtoOf(letter), { key, headers });
}
