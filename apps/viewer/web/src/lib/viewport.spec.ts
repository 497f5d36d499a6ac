import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { fit, pan, zoomAt } from './viewport.js';

const extent = fc.record({ width: fc.integer({ min: 1, max: 5000 }), height: fc.integer({ min: 1, max: 5000 }) });

describe('fit', () => {
  it('shows the whole picture in the middle', () => {
    expect(fit({ width: 400, height: 200 }, { width: 800, height: 600 })).toEqual({ scale: 2, x: 0, y: 100 });
  });
});

describe('zoomAt', () => {
  it('keeps the point under the pointer where it is', () => {
    const [picture, view] = [
      { width: 1000, height: 800 },
      { width: 500, height: 400 },
    ];
    const before = fit(picture, view);
    const at = { x: 200, y: 100 };
    const after = zoomAt(before, 2, at, picture, view);
    expect((at.x - after.x) / after.scale).toBeCloseTo((at.x - before.x) / before.scale);
    expect((at.y - after.y) / after.scale).toBeCloseTo((at.y - before.y) / before.scale);
  });

  it('comes back to the fit when zoomed out, however far', () => {
    fc.assert(
      fc.property(extent, extent, fc.double({ min: 0.001, max: 1, noNaN: true }), (picture, view, factor) => {
        const whole = fit(picture, view);
        const near = zoomAt(whole, 3, { x: view.width / 3, y: view.height / 4 }, picture, view);
        const back = zoomAt(near, factor / 3, { x: 0, y: 0 }, picture, view);
        expect(back.scale).toBeCloseTo(whole.scale);
        expect(back.x).toBeCloseTo(whole.x, 3);
        expect(back.y).toBeCloseTo(whole.y, 3);
      }),
    );
  });
});

describe('pan', () => {
  it('never shows more than the picture where it is larger than the view', () => {
    fc.assert(
      fc.property(extent, extent, fc.integer({ min: -9999, max: 9999 }), (picture, view, by) => {
        const near = zoomAt(fit(picture, view), 4, { x: 0, y: 0 }, picture, view);
        const { scale, x } = pan(near, by, by, picture, view);
        const length = picture.width * scale;
        if (length > view.width) {
          expect(x).toBeLessThanOrEqual(0);
          expect(x + length).toBeGreaterThanOrEqual(view.width - 1e-6);
        } else expect(x).toBeCloseTo((view.width - length) / 2);
      }),
    );
  });
});
