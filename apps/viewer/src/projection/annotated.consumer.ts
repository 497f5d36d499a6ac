import { Controller } from '@nestjs/common';
import { BLOBS, TOPICS, decodeAnnotated, parseSource } from '@kadr/contracts';
import { jpegSize } from '@kadr/media';
import { BlobStore, JobsRepository } from '@kadr/storage';
import { Consume } from '@kadr/transport';
import type { BusMessage } from '@kadr/transport';
import { readMessage } from '../read-message.js';

/** Keeps the annotated pictures of jobs. Kadr's own workers have stored theirs already; others only publish them. */
@Controller()
export class AnnotatedConsumer {
  constructor(
    private readonly blobs: BlobStore,
    private readonly jobs: JobsRepository,
  ) {}

  /** @throws AppError `damaged-picture` for what is no JPEG: it would be served as one */
  @Consume({ topic: TOPICS.annotated, group: 'viewer', concurrency: 4 })
  async annotated(message: BusMessage): Promise<void> {
    const { source, sequence, image } = readMessage(message, decodeAnnotated);
    jpegSize(image);
    const ref = parseSource(source);
    if (ref?.kind !== 'job') return;
    const job = await this.jobs.summary(ref.id);
    if (!job || sequence >= job.progress.total) return;
    const key = BLOBS.annotated(job.id, sequence);
    if (!(await this.blobs.exists(key))) await this.blobs.put(key, image);
  }
}
