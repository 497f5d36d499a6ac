import { Readable } from 'node:stream';
import { Injectable } from '@nestjs/common';
import { BLOBS } from '@kadr/contracts';
import type { ExportFormat, JobV1, ResultV1 } from '@kadr/contracts';
import { BlobStore, JobsRepository, OutcomesRepository } from '@kadr/storage';
import { hasEnded, notFinished } from '../jobs/job-waiter.js';
import { jobNotFound } from '../jobs/remove-job.service.js';
import { zipNames } from '../jobs/zip-names.js';
import { zipStream } from '../jobs/zip-stream.js';
import type { ZipEntry } from '../jobs/zip-stream.js';
import { ModelsService } from '../models/models.service.js';
import { writeCoco } from './coco.js';
import { writeCsv } from './csv.js';
import { Labels } from './data-set.js';
import type { ExportedPicture } from './data-set.js';
import { yoloData, yoloLabels } from './yolo.js';

/** Results read at once. */
const CHUNK = 100;

/** Writes a job's results as a data set, picture by picture. */
@Injectable()
export class ExportService {
  constructor(
    private readonly jobs: JobsRepository,
    private readonly outcomes: OutcomesRepository,
    private readonly blobs: BlobStore,
    private readonly models: ModelsService,
  ) {}

  /** @throws AppError `not-found`, `job-not-finished` */
  async export(id: string, format: ExportFormat): Promise<Readable> {
    const job = await this.jobs.get(id);
    if (!job) throw jobNotFound(id);
    if (!hasEnded(job)) throw notFinished(job);
    const labels = new Labels(this.models.find(job.model)?.classes);
    switch (format) {
      case 'coco':
        return Readable.from(writeCoco(this.pictures(job), labels));
      case 'csv':
        return Readable.from(writeCsv(this.pictures(job)));
      case 'yolo':
        return zipStream(this.yoloFiles(job, labels));
    }
  }

  private async *pictures({ id, items = [] }: JobV1): AsyncGenerator<ExportedPicture> {
    const names = new Map(items.map(({ sequence, name }) => [sequence, name]));
    for (let after: number | undefined; ;) {
      const { results, next } = await this.outcomes.page(id, { after, limit: CHUNK });
      for (const result of results) yield { name: names.get(result.sequence) ?? String(result.sequence), result };
      if (next === null) return;
      after = Number(next);
    }
  }

  /** `data.yaml` comes last: by then each label has been seen. */
  private yoloFiles({ id, items = [] }: JobV1, labels: Labels): ZipEntry[] {
    const done = items.filter(({ state }) => state === 'done');
    const images = zipNames(done.map(({ name }) => name));
    const files = done.flatMap(({ sequence }, index): ZipEntry[] => [
      {
        name: `images/${images[index]}`,
        compress: false,
        open: async () => (await this.blobs.stream(BLOBS.picture(id, sequence))).stream,
      },
      textFile(`labels/${images[index].replace(/jpg$/, 'txt')}`, async () => {
        const result = await this.result(id, sequence);
        labels.learn(result);
        return yoloLabels(result);
      }),
    ]);
    return [...files, textFile('data.yaml', async () => yoloData(labels.list()))];
  }

  private async result(id: string, sequence: number): Promise<ResultV1> {
    const { results } = await this.outcomes.page(id, { after: sequence - 1, limit: 1 });
    // Without it the job was removed while it was written out.
    if (results[0]?.sequence !== sequence) throw jobNotFound(id);
    return results[0];
  }
}

function textFile(name: string, write: () => Promise<string>): ZipEntry {
  return { name, compress: true, open: async () => Readable.from([Buffer.from(await write())]) };
}
