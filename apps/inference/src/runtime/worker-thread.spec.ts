import { Worker } from 'node:worker_threads';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { ModelSpec } from '../catalogue/model-spec.js';
import { ModelPool } from './model-pool.js';
import type { WorkerFrame, WorkerTask } from './worker-messages.js';
import { WorkerThread } from './worker-thread.js';

/** A thread that answers at once, and dies of a frame with the threshold 1. */
const CODE = `
  const { parentPort } = require('node:worker_threads');
  const answer = { objects: [], decodeMs: 0, inferenceMs: 0, postprocessMs: 0, drawMs: 0 };
  parentPort.on('message', ({ id, kind, frames = [] }) => {
    if (kind === 'stop') return parentPort.close();
    if (frames.some(({ threshold }) => threshold === 1)) throw new Error('out of luck');
    if (kind === 'load') parentPort.postMessage({ id, provider: 'cpu' });
    else parentPort.postMessage({ id, answers: frames.map(() => answer) });
  });`;
const SPEC = { id: 'm', batch: { max: 1, delayMs: 0 } } as ModelSpec;
const FILES = { detector: { network: '', anchors: '' }, files: {} };
const DEADLY = 1;

function frame(threshold = 0): WorkerFrame {
  const size = { width: 1, height: 1 };
  return { jpeg: new Uint8Array(3), picture: size, threshold, masks: 'none', draw: false };
}

function run(threshold = 0): WorkerTask {
  return { kind: 'run', model: 'm', frames: [frame(threshold)] };
}

function startThread(): WorkerThread {
  return new WorkerThread(new Worker(CODE, { eval: true }));
}

describe('WorkerThread', () => {
  let thread: WorkerThread;

  afterEach(() => thread.stop());

  it('answers what it is asked', async () => {
    thread = startThread();
    await expect(thread.ask(run())).resolves.toMatchObject({ answers: [{ objects: [] }] });
  });

  it('fails all that was asked of it when it dies, retryable, with the reason', async () => {
    thread = startThread();
    const asked = [thread.ask(run(DEADLY)), thread.ask(run())];
    const died = { code: 'inference-failed', retryable: true, cause: { message: 'out of luck' } };
    for (const one of asked) await expect(one).rejects.toMatchObject(died);
  });

  it('tells that it is gone before what was asked of it fails', async () => {
    thread = startThread();
    const order: string[] = [];
    thread.onExit(() => order.push('gone'));
    await thread.ask(run(DEADLY)).catch(() => order.push('failed'));
    expect(order).toEqual(['gone', 'failed']);
  });

  it('refuses once it is dead, and tells whoever listens late', async () => {
    thread = startThread();
    await thread.stop();
    await expect(thread.ask(run())).rejects.toMatchObject({ code: 'inference-failed' });
    let told = false;
    thread.onExit(() => {
      told = true;
    });
    expect(told).toBe(true);
  });
});

describe('a pool of threads', () => {
  it('gives what waited for a thread that died to the next one', async () => {
    const pool = new ModelPool(startThread, 1);
    pool.start();
    await pool.load(SPEC, FILES, []);
    const runs = [DEADLY, 0, 0].map((threshold) => pool.run('m', 'live', frame(threshold)));
    const settled = await Promise.allSettled(runs);
    await pool.stop();
    expect(settled.map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'fulfilled']);
  });
});
