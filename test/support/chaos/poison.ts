import type { IHeaders } from 'kafkajs';
import type { Lane } from '@kadr/contracts';
import type { RawOutgoing } from '../kafka/client.js';
import { frameOf } from './picture.js';
import type { Picture } from './picture.js';

/** A message that no handler can make anything of. */
export interface Poison {
  what: string;
  message: RawOutgoing;
  /** The code of its dead letter. */
  code: string;
  /** Part of its reason. */
  reason: string;
  /** The sequence of the frame that it says it is, which has an outcome then. */
  sequence?: number;
}

/** A header of ours: an outcome that has it is none. */
export const POISON = 'x-poison';

const GARBAGE = Buffer.from('00ff8000c328a0a1f09028bce2800a', 'hex');
/** So much that a message just takes it; beside it there is no room for what a dead letter adds. */
const LARGE = 'x'.repeat(8 * 1024 * 1024 - 700);

/** Frames, each wrong in a way of its own, of sequences from `first` on. */
export function poisonFrames(picture: Picture, source: string, first: number, lane: Lane): Poison[] {
  const { image } = picture;
  const none = Buffer.alloc(0);
  const named: [what: string, headers: IHeaders, value: Buffer | null, code: string, reason: string][] = [
    ['bytes that are no picture', {}, GARBAGE, 'damaged-picture', 'frame header'],
    ['half a picture', {}, image.subarray(0, image.length >> 1), 'damaged-picture', 'cut short'],
    ['no value', {}, null, 'bad-message', 'no picture'],
    ['no width', { ce_width: undefined }, image, 'bad-message', 'ce_width'],
    ['no model', { ce_model: undefined }, image, 'bad-message', 'ce_model'],
    ['an id that is empty', { ce_id: '' }, image, 'bad-message', 'ce_id'],
    ['options that are no JSON', { ce_options: '{"threshold":' }, image, 'bad-message', 'ce_options'],
    ['options of another kind', { ce_options: '[0.4]' }, image, 'bad-message', 'ce_options'],
    ['an unknown version', { ce_type: 'kadr.frame.v9' }, image, 'bad-message', 'kadr.frame.v9'],
    ['a value that is gone', { ce_dataref: 'blob:claims/604800000/gone' }, none, 'blob-missing', 'gone'],
    ['a value that is no blob', { ce_dataref: 'blob:../../../etc/passwd' }, none, 'bad-message', 'etc/passwd'],
    ['a value elsewhere', { ce_dataref: 'https://example.com/a.jpg' }, none, 'bad-message', 'no picture'],
    ['a value that is a folder', { ce_dataref: 'blob:jobs' }, none, 'blob-missing', 'jobs'],
    ['a header as large as a message', { 'x-large': LARGE }, GARBAGE, 'damaged-picture', 'frame header'],
  ];
  const framed = named.map(([what, wrong, value, code, reason], index) => {
    const sequence = first + index;
    const { key, headers } = frameOf(picture, { source, sequence }, lane);
    return { what, code, reason, sequence, message: { key, value, headers: withoutMissing({ ...headers, ...wrong }) } };
  });
  return [...framed, ...nameless(picture, source, lane)];
}

/** Of which nobody can say which frame they are. */
function nameless(picture: Picture, source: string, lane: Lane): Poison[] {
  const { key, headers, value } = frameOf(picture, { source, sequence: 0 }, lane);
  const wrong = (more: IHeaders): RawOutgoing => ({ key, value, headers: withoutMissing({ ...headers, ...more }) });
  return [
    { what: 'garbage alone', message: { key: null, value: GARBAGE }, code: 'bad-message', reason: 'ce_type' },
    { what: 'nothing', message: { key: null, value: null }, code: 'bad-message', reason: 'ce_type' },
    {
      what: 'headers that are no text',
      message: { value: GARBAGE, headers: { ce_type: GARBAGE, ce_source: GARBAGE } },
      code: 'bad-message',
      reason: 'ce_type',
    },
    { what: 'no source', message: wrong({ ce_source: undefined }), code: 'bad-message', reason: 'ce_source' },
    { what: 'no sequence', message: wrong({ ce_sequence: undefined }), code: 'bad-message', reason: 'ce_sequence' },
    { what: 'a broken number', message: wrong({ ce_sequence: '1.5' }), code: 'bad-message', reason: 'ce_sequence' },
  ];
}

/** Garbage as it may come on any other topic. JSON of another shape is garbage, too. */
export function poisonEvents(type: string, source: string, key: string, code = 'bad-message'): Poison[] {
  const headers = {
    [POISON]: 'true',
    ce_specversion: '1.0',
    ce_id: 'x',
    ce_source: source,
    ce_type: type,
    ce_sequence: '0',
  };
  const json = { ...headers, 'content-type': 'application/json' };
  const values: [what: string, value: Buffer | null][] = [
    ['garbage', GARBAGE],
    ['text', Buffer.from('{"state":')],
    ['null', Buffer.from('null')],
    ['a number', Buffer.from('5')],
    ['a list', Buffer.from('[]')],
    ['an empty object', Buffer.from('{}')],
  ];
  return values.map(([what, value]) => ({ what, code, reason: '', message: { key, value, headers: json } }));
}

/** Headers without those that are said to be missing. */
function withoutMissing(headers: IHeaders): IHeaders {
  return Object.fromEntries(Object.entries(headers).filter(([, value]) => value !== undefined));
}
