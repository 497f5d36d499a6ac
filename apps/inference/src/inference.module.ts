import { Module } from '@nestjs/common';
import { CancelledJobs } from './frames/cancelled-jobs.js';
import { FrameConsumer } from './frames/frame.consumer.js';
import { FrameRunner } from './frames/frame-runner.js';
import { FrameService } from './frames/frame.service.js';
import { JobsConsumer } from './frames/jobs.consumer.js';
import { OutcomePublisher } from './frames/outcome-publisher.js';
import { ModelAnnouncer } from './registry/model-announcer.js';
import { ModelRegistry } from './registry/model-registry.js';
import { ThreadStarter } from './runtime/worker-thread.js';

/** Consumes frames, runs models, publishes outcomes. */
@Module({
  controllers: [FrameConsumer, JobsConsumer],
  providers: [CancelledJobs, FrameService, FrameRunner, OutcomePublisher, ModelAnnouncer, ModelRegistry, ThreadStarter],
})
export class InferenceModule {}
