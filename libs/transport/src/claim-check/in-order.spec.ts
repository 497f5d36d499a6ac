import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { InOrder } from './in-order.js';

describe('InOrder', () => {
  it('runs steps in the order asked for, however long each takes to get ready and whichever fail', async () => {
    const tasks = fc.array(fc.constantFrom('now', 'later', 'fails'), { maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), tasks, async (scheduler, kinds) => {
        const order = new InOrder();
        const ran: number[] = [];
        const runs = kinds.map((kind, index) => {
          const step = async () => void ran.push(index);
          if (kind === 'now') return order.run('lane', index, step);
          const ready = scheduler.schedule(Promise.resolve(index));
          return order.run('lane', kind === 'later' ? ready : ready.then(() => Promise.reject(new Error('no'))), step);
        });
        const settled = Promise.allSettled(runs);
        await scheduler.waitAll();
        await settled;
        const expected = kinds.flatMap((kind, index) => (kind === 'fails' ? [] : [index]));
        expect(ran).toEqual(expected);
      }),
    );
  });

  it('runs a step in the same call when nothing is before it', () => {
    let ran = false;
    void new InOrder().run('lane', 1, async () => {
      ran = true;
    });
    expect(ran).toBe(true);
  });

  it('keeps lanes apart', async () => {
    const order = new InOrder();
    const stuck = order.run('one', new Promise(() => undefined), async () => undefined);
    await order.run('two', 1, async () => undefined);
    expect(stuck).toBeInstanceOf(Promise);
  });
});
