import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import type { Lane } from '@kadr/contracts';
import { MicroBatcher } from './micro-batcher.js';

function batcher(models: Record<string, { max: number; delayMs: number }>, workers = 1): MicroBatcher<string> {
  const made = new MicroBatcher<string>(workers);
  for (const [model, batch] of Object.entries(models)) made.register(model, batch);
  return made;
}

describe('MicroBatcher', () => {
  it('serves live first and leaves batch one in four', () => {
    const one = batcher({ m: { max: 1, delayMs: 0 } });
    for (let i = 0; i < 8; i++) one.add('m', 'live', `live${i}`, 0);
    for (let i = 0; i < 8; i++) one.add('m', 'batch', `batch${i}`, 0);
    const order = Array.from({ length: 8 }, () => one.take(0)?.items[0].slice(0, 4));
    expect(order).toEqual(['live', 'live', 'live', 'batc', 'live', 'live', 'live', 'batc']);
  });

  it('never starves batch, whatever the batch size and the mix', () => {
    const sizes = fc.integer({ min: 1, max: 16 });
    fc.assert(
      fc.property(sizes, fc.integer({ min: 4, max: 200 }), (max, live) => {
        const mixed = batcher({ m: { max, delayMs: 0 } });
        for (let i = 0; i < live; i++) mixed.add('m', 'live', 'live', 0);
        for (let i = 0; i < live; i++) mixed.add('m', 'batch', 'batch', 0);
        const served: string[] = [];
        for (let batch = mixed.take(0); batch; batch = mixed.take(0)) served.push(...batch.items);
        expect(served).toHaveLength(2 * live);
        for (let at = 0; at + 4 <= live; at += 4) expect(served.slice(at, at + 4)).toContain('batch');
      }),
    );
  });

  it('fills a run up to the batch size and shares what waits among the workers', () => {
    const four = batcher({ m: { max: 4, delayMs: 0 } }, 2);
    for (let i = 0; i < 12; i++) four.add('m', 'batch', String(i), 0);
    expect(four.take(0)?.items).toEqual(['0', '1', '2', '3']);
    expect(four.take(0)?.items).toEqual(['4', '5', '6', '7']);
    expect(four.take(0)?.items).toEqual(['8', '9']);
    expect(four.take(0)?.items).toEqual(['10']);
  });

  it('takes models in turn', () => {
    const two = batcher({ a: { max: 1, delayMs: 0 }, b: { max: 1, delayMs: 0 } });
    const lanes: Lane[] = ['live', 'live', 'live'];
    for (const lane of lanes) two.add('a', lane, 'a', 0);
    for (const lane of lanes) two.add('b', lane, 'b', 0);
    expect(Array.from({ length: 4 }, () => two.take(0)?.model)).toEqual(['a', 'b', 'a', 'b']);
  });

  it('waits for a fuller run as long as the model allows, and no longer', () => {
    const slow = batcher({ m: { max: 2, delayMs: 5 } });
    slow.add('m', 'live', 'first', 100);
    expect(slow.take(104)).toBeUndefined();
    expect(slow.nextDue(104)).toBe(105);
    expect(slow.take(105)?.items).toEqual(['first']);
    slow.add('m', 'live', 'second', 200);
    slow.add('m', 'batch', 'third', 200);
    expect(slow.take(200)?.items).toEqual(['second', 'third']);
  });

  it('has nothing when nothing waits', () => {
    const idle = batcher({ m: { max: 2, delayMs: 5 } });
    expect(idle.take(0)).toBeUndefined();
    expect(idle.nextDue(0)).toBeUndefined();
  });
});
