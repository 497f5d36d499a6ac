import type { IHeaders } from 'kafkajs';
import type { WireMessage } from '@kadr/contracts';
import type { RawOutgoing } from '../kafka/client.js';
import type { Seeded } from './seeded.js';

/** A frame of ours as another program would send it. */
export type Stranger = (frame: WireMessage & { value: Buffer }) => RawOutgoing;

/** What Python's `isoformat` makes of now. */
function pythonTime(): string {
  return new Date().toISOString().replace('Z', '456+00:00');
}

/** Ways in which programs send frames that follow the contract all the same. */
export function strangers(random: Seeded): Stranger[] {
  const sent = (change: (headers: IHeaders) => IHeaders, key?: string | null): Stranger => {
    return (frame) => ({
      key: key === undefined ? frame.key : key,
      value: frame.value,
      headers: Object.fromEntries(random.shuffled(Object.entries(change(frame.headers)))),
    });
  };
  return [
    sent((headers) => headers),
    sent((headers) => headers, null),
    sent((headers) => headers, 'camera at the door'),
    sent((headers) => headers, ''),
    sent((headers) => ({ ...headers, ce_time: pythonTime() })),
    sent((headers) => ({ ...headers, 'user-agent': 'python', 'x-bytes': Buffer.from([0, 0xff, 0x80]), 'x-empty': '' })),
    sent((headers) => ({ ...headers, 'x-hop': ['a', 'b', 'c'], ce_model: ['of-another', String(headers.ce_model)] })),
    sent((headers) => without(headers, 'ce_specversion', 'content-type', 'ce_options')),
    sent((headers) => ({
      ...headers,
      ce_options: '',
      ce_subject: 'street',
      ce_traceparent: 'none',
      ce_partitionkey: '1',
    })),
    sent((headers) => ({ ...headers, ce_options: '{"masks":"none","later":{"unknown":true}}' })),
  ];
}

/** The frame by a clock that is wrong by so many milliseconds, on the record and in its header. */
export function lateFrame(frame: WireMessage & { value: Buffer }, wrongBy: number): RawOutgoing {
  const time = Date.now() + wrongBy;
  const headers = { ...frame.headers, ce_time: new Date(time).toISOString() };
  return { ...frame, headers, timestamp: String(time) };
}

function without(headers: IHeaders, ...names: string[]): IHeaders {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !names.includes(name)));
}
