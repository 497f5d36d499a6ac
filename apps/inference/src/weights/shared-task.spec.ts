import { describe, expect, it } from '@jest/globals';
import { SharedTask } from './shared-task.js';

function held(): { task: SharedTask<string>; finish: (text: string) => void; signal: AbortSignal } {
  let finish: (text: string) => void = () => undefined;
  let given: AbortSignal | undefined;
  const task = new SharedTask<string>((signal) => {
    given = signal;
    return new Promise((resolve) => {
      finish = resolve;
    });
  });
  if (!given) throw new Error('the work did not start');
  return { task, finish, signal: given };
}

describe('SharedTask', () => {
  it('gives one result to everybody', async () => {
    const { task, finish } = held();
    const waiting = [task.join(), task.join()];
    finish('done');
    expect(await Promise.all(waiting)).toEqual(['done', 'done']);
  });

  it('lets one leave without stopping it for the others', async () => {
    const { task, finish, signal } = held();
    const leaving = new AbortController();
    const [first, second] = [task.join(leaving.signal), task.join()];
    leaving.abort(new Error('not interested'));
    await expect(first).rejects.toThrow('not interested');
    expect(signal.aborted).toBe(false);
    finish('done');
    expect(await second).toBe('done');
  });

  it('stops when the last one leaves', async () => {
    const { task, signal } = held();
    const leaving = new AbortController();
    const only = task.join(leaving.signal);
    leaving.abort(new Error('enough'));
    await expect(only).rejects.toThrow('enough');
    expect([signal.aborted, task.stopped]).toEqual([true, true]);
  });
});
