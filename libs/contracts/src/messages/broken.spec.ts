import { describe, expect, it } from '@jest/globals';
import { ContractError } from './cloud-event.js';
import type { ReceivedMessage } from './cloud-event.js';
import { decodeJob } from './job.v1.js';
import { decodeLiveJob } from './live-job.v1.js';
import { decodeModelCard } from './model-card.v1.js';
import { decodeOutcome } from './outcome.v1.js';
import { decodeProcess } from './process.v1.js';

const HEADERS = { ce_source: 'job:1', ce_sequence: '0' };

function message(type: string, value: string): ReceivedMessage {
  return { key: '1', headers: { ...HEADERS, ce_type: type }, value: Buffer.from(value) };
}

const DECODERS: [type: string, decode: (message: ReceivedMessage) => unknown][] = [
  ['kadr.job.v1', decodeJob],
  ['kadr.live-job.v1', decodeLiveJob],
  ['kadr.model.v1', decodeModelCard],
  ['kadr.process.v1', decodeProcess],
  ['kadr.result.v1', decodeOutcome],
  ['kadr.drop.v1', decodeOutcome],
  ['kadr.failure.v1', decodeOutcome],
];

describe.each(DECODERS)('%s', (type, decode) => {
  it.each(['', 'text', 'null', '5', '"text"', '[]'])('is not %s', (value) => {
    expect(() => decode(message(type, value))).toThrow(ContractError);
  });
});

describe.each(DECODERS.filter(([type]) => ['kadr.job.v1', 'kadr.model.v1', 'kadr.process.v1'].includes(type)))(
  '%s',
  (type, decode) => {
    it.each(['{}', '{"id":"1"}', '{"id":"1","state":"flying"}', '{"id":1,"state":"running","options":null}'])(
      'is not %s',
      (value) => {
        expect(() => decode(message(type, value))).toThrow(ContractError);
      },
    );
  },
);

describe('ContractError', () => {
  it('shows what was sent, but not megabytes', () => {
    expect(new ContractError('x'.repeat(5000)).message).toHaveLength(1000);
  });
});
