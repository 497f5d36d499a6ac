import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { FIXTURES } from '../../../../test/support/parity.js';
import { writeCsv } from './csv.js';
import { asStored, referencePictures, resultOf, textOf } from './parity.fixtures.js';

const csv = async (...given: Parameters<typeof asStored>): Promise<string[]> =>
  (await textOf(writeCsv(asStored(...given)))).trimEnd().split('\r\n');

describe('CSV', () => {
  it('begins each line with what supervision writes', async () => {
    const lines = await csv(referencePictures());
    const expected = readFileSync(join(FIXTURES, 'parity/export/detections.csv'), 'utf8').trimEnd().split('\r\n');
    expect(lines.map((line) => line.split(',').slice(0, 8).join(','))).toEqual(expected);
    expect(lines[1].split(',').slice(8)).toEqual(['motorcycle', 'astronaut.png']);
  });

  it('quotes names, leaves an unknown track empty and writes sums without noise', async () => {
    const object = { label: 'a,b', classId: 0, score: 1, box: { x: 0.1, y: 2, width: 0.2, height: 3.25 } };
    const result = resultOf(4, { width: 9, height: 9 }, [object]);
    const [, line] = await csv([{ name: 'the "best".jpg', result }]);
    expect(line).toBe('0.1,2.0,0.3,5.25,0,1.0,,4,"a,b","the ""best"".jpg"');
  });

  it('is a head line when nothing was found', async () => {
    expect(await csv([{ name: 'a', result: resultOf(0, { width: 1, height: 1 }, []) }])).toHaveLength(1);
  });
});
