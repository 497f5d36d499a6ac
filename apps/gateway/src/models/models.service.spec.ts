import { describe, expect, it } from '@jest/globals';
import type { ModelCardV1 } from '@kadr/contracts';
import { ModelsService } from './models.service.js';

const NOW = Date.parse('2026-11-25T10:00:00.000Z');
const HOUR_MS = 3_600_000;
const CARD = { id: 'objects', worker: 'w', default: true, state: 'ready' } as ModelCardV1;
const BUS = { lag: async () => [], problem: (): string | undefined => undefined };

describe('ModelsService', () => {
  it('takes a worker for gone that has been silent for 15 s, and lets it come back', () => {
    const models = new ModelsService(BUS);
    models.learn('w/objects', CARD, NOW, NOW);
    expect(models.list(NOW + 15_000)).toEqual([CARD]);
    expect(models.list(NOW + 15_001)).toEqual([]);
    models.learn('w/objects', CARD, NOW + 60_000, NOW + 60_000);
    expect(models.list(NOW + 60_000)).toEqual([CARD]);
  });

  it('takes none for gone while nobody can be heard', () => {
    let problem: string | undefined = 'the bus is away';
    const models = new ModelsService({ ...BUS, problem: () => problem });
    models.learn('w/objects', CARD, NOW, NOW);
    expect(models.list(NOW + HOUR_MS)).toEqual([CARD]);
    problem = undefined;
    expect(models.list(NOW + HOUR_MS + 15_000)).toEqual([CARD]);
    expect(models.list(NOW + HOUR_MS + 15_001)).toEqual([]);
  });

  it('does not believe an old card that the topic kept', () => {
    const models = new ModelsService(BUS);
    models.learn('w/objects', CARD, NOW - 60_000, NOW);
    expect(models.list(NOW)).toEqual([]);
  });

  it.each([-HOUR_MS, HOUR_MS])('goes by what it hears, however wrong the clock of the bus is (by %i ms)', (wrongBy) => {
    const models = new ModelsService(BUS);
    models.learn('w/objects', CARD, NOW + wrongBy, NOW);
    expect(models.list(NOW + 4000)).toEqual(wrongBy > 0 ? [CARD] : []);
    models.learn('w/objects', CARD, NOW + wrongBy + 5000, NOW + 5000);
    expect(models.list(NOW + 5000)).toEqual([CARD]);
    expect(models.list(NOW + 20_001)).toEqual([]);
  });
});
