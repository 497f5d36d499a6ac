import type { DeadLettersPageDto, JobV1, LedgerEntryDto } from '@kadr/contracts';
import { call, fixture, form } from './http.js';
import { eventually, startKadr } from './kadr.js';

/** Pictures of the job that {@link makeDeadLetters} makes. */
export const PICTURES = 6;

/** What a process with which the pictures are no fault is started with. */
export const MENDED = { KADR_MODELS: 'objects' };

/**
 * Fills `dataDir` with dead letters, in a way that people do: a job is sent, Kadr is killed before the model is there, and
 * comes back with a limit that is too low for the job's pictures. Nothing runs any more when it resolves.
 * @returns the id of the job, whose pictures have failed
 */
export async function makeDeadLetters(dataDir: string): Promise<string> {
  const data = await fixture('street-1280x720.jpg');
  const files = Array.from({ length: PICTURES }, (_, n) => ({ name: `street-${n}.jpg`, data }));
  // The job's model is not among those loaded at the start, so its frames wait on the bus.
  const first = await startKadr(dataDir, { KADR_MODELS: 'objects-fast' });
  const init = { method: 'POST', body: form(files) };
  const { id } = (await call<JobV1>(`${first.url}/v1/jobs?model=objects`, init)).body;
  await eventually(
    () => call<LedgerEntryDto>(`${first.url}/v1/ledger/job:${id}`),
    ({ body }) => body.framesIn === PICTURES,
  );
  await first.kill();

  const second = await startKadr(dataDir, { ...MENDED, MAX_PIXELS: '100000' });
  await eventually(
    () => call<DeadLettersPageDto>(`${second.url}/v1/dead-letters`),
    ({ body }) => body.waiting === PICTURES,
  );
  await second.stop();
  return id;
}
