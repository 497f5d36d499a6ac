import { describe, expect, it } from '@jest/globals';
import { assert, integer, property } from 'fast-check';
import { AckWindow } from './ack-window.js';

describe('AckWindow', () => {
  it('always has room for a client that never acknowledges', () => {
    const window = new AckWindow(2);
    for (let sequence = 0; sequence < 10; sequence++) window.sent(sequence);
    expect(window.room).toBe(2);
  });

  it('is full until a client that acknowledges does so', () => {
    const window = new AckWindow(2);
    window.sent(0);
    window.acknowledge(0);
    window.sent(1);
    window.sent(2);
    expect(window.room).toBe(0);
    window.acknowledge(1);
    window.acknowledge(1);
    window.acknowledge(99);
    expect(window.room).toBe(1);
  });

  it('has room again once everything sent is acknowledged, whatever was sent before the first time', () => {
    assert(
      property(integer({ min: 1, max: 8 }), integer({ min: 1, max: 50 }), (size, sent) => {
        const window = new AckWindow(size);
        for (let sequence = 0; sequence < sent; sequence++) window.sent(sequence);
        for (let sequence = 0; sequence < sent; sequence++) window.acknowledge(sequence);
        expect(window.room).toBe(size);
      }),
    );
  });
});
