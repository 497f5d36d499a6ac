import { join } from 'node:path';
import { Module } from '@nestjs/common';
import type { MiddlewareConsumer, NestModule } from '@nestjs/common';
import { DeadLettersConsumer } from './dead-letters/dead-letters.consumer.js';
import { DeadLettersService } from './dead-letters/dead-letters.service.js';
import { HousekeepingService } from './jobs/housekeeping.service.js';
import { JobAnnouncer } from './jobs/job-announcer.js';
import { JobsConsumer } from './jobs/jobs.consumer.js';
import { RemovalService } from './jobs/removal.service.js';
import { LiveConsumer } from './live/live.consumer.js';
import { LiveFanOut } from './live/live-fan-out.js';
import { LiveGateway } from './live/live.gateway.js';
import { LiveHub } from './live/live-hub.js';
import { ViewerInstance } from './live/viewer-instance.js';
import { PageFiles } from './page/page-files.js';
import { PageMiddleware } from './page/page.middleware.js';
import { AnnotatedConsumer } from './projection/annotated.consumer.js';
import { OutcomesConsumer } from './projection/outcomes.consumer.js';
import { ProjectionService } from './projection/projection.service.js';
import { WebhooksConsumer } from './webhooks/webhooks.consumer.js';

/** Where the build puts the page, seen from the folder of any app's bundle. */
const PAGE_FOLDER = join(import.meta.dirname, '..', 'viewer', 'web');

/** The read side: projects outcomes into storage, tells those who watch, serves the page. */
@Module({
  controllers: [OutcomesConsumer, AnnotatedConsumer, JobsConsumer, LiveConsumer, WebhooksConsumer, DeadLettersConsumer],
  providers: [
    ProjectionService,
    JobAnnouncer,
    RemovalService,
    DeadLettersService,
    HousekeepingService,
    ViewerInstance,
    LiveHub,
    LiveFanOut,
    LiveGateway,
    { provide: PageFiles, useFactory: () => PageFiles.read(PAGE_FOLDER) },
  ],
})
export class ViewerModule implements NestModule {
  configure(consumer: MiddlewareConsumer): void {
    consumer.apply(PageMiddleware).forRoutes('{*path}');
  }
}
