import { Module } from '@nestjs/common';
import { DeadLetterMetrics } from './dead-letters/dead-letter-metrics.js';
import { DeadLettersController } from './dead-letters/dead-letters.controller.js';
import { DeadLettersService } from './dead-letters/dead-letters.service.js';
import { ReplayController } from './dead-letters/replay.controller.js';
import { ReplayService } from './dead-letters/replay.service.js';
import { ExportController } from './export/export.controller.js';
import { ExportService } from './export/export.service.js';
import { AdoptionService } from './ingest/adoption.service.js';
import { CancellationsConsumer } from './ingest/cancellations.consumer.js';
import { FlightLimit } from './ingest/flight-limit.js';
import { FrameMaker } from './ingest/frame-maker.js';
import { IngestLeases } from './ingest/ingest-leases.js';
import { IngestService } from './ingest/ingest.service.js';
import { ItemPublisher } from './ingest/item-publisher.js';
import { AcceptJobService } from './jobs/accept-job.service.js';
import { AnnotatedService } from './jobs/annotated.service.js';
import { CreateJobService } from './jobs/create-job.service.js';
import { JobIntake } from './jobs/job-intake.js';
import { JobItems } from './jobs/job-items.js';
import { JobPicturesController } from './jobs/job-pictures.controller.js';
import { JobResultsController } from './jobs/job-results.controller.js';
import { JobWaiter } from './jobs/job-waiter.js';
import { JobsController } from './jobs/jobs.controller.js';
import { RemoveJobService } from './jobs/remove-job.service.js';
import { LedgerController } from './ledger/ledger.controller.js';
import { LedgerMetrics } from './ledger/ledger-metrics.js';
import { ModelsConsumer } from './models/models.consumer.js';
import { ModelsController } from './models/models.controller.js';
import { ModelsService } from './models/models.service.js';
import { OptionsService } from './options/options.service.js';
import { GatewayInstance } from './predict/gateway-instance.js';
import { PendingAnswers } from './predict/pending-answers.js';
import { PredictIntake } from './predict/predict-intake.js';
import { PredictConsumer } from './predict/predict.consumer.js';
import { PredictController } from './predict/predict.controller.js';
import { PredictService } from './predict/predict.service.js';
import { PredictionSlots } from './predict/prediction-slots.js';
import { Sequences } from './predict/sequences.js';
import { SettleService } from './predict/settle.service.js';
import { ProcessesConsumer } from './processes/processes.consumer.js';
import { ProcessesController } from './processes/processes.controller.js';
import { ProcessesService } from './processes/processes.service.js';
import { RouteTable } from './problems/route-table.js';
import { UnknownRoutesController } from './problems/unknown-routes.controller.js';
import { PictureFetcher } from './uploads/picture-fetcher.js';
import { TemporaryFolders } from './uploads/temporary-folders.js';
import { UploadService } from './uploads/upload.service.js';

const CONTROLLERS = [
  PredictController,
  JobsController,
  JobResultsController,
  JobPicturesController,
  ExportController,
  ModelsController,
  LedgerController,
  DeadLettersController,
  ReplayController,
  ProcessesController,
];
const UPLOADS = [TemporaryFolders, UploadService, PictureFetcher];
const OPTIONS = [ModelsService, OptionsService];
const PREDICT = [
  GatewayInstance,
  Sequences,
  PendingAnswers,
  PredictIntake,
  PredictService,
  PredictionSlots,
  SettleService,
];
const JOBS = [
  JobIntake,
  JobItems,
  CreateJobService,
  AcceptJobService,
  JobWaiter,
  RemoveJobService,
  AnnotatedService,
  ExportService,
];
const DEAD_LETTERS = [DeadLetterMetrics, DeadLettersService, ReplayService];
const INGEST = [FrameMaker, ItemPublisher, FlightLimit, IngestLeases, IngestService, AdoptionService];
const ROUTES = { provide: RouteTable, useFactory: () => new RouteTable(CONTROLLERS) };

/** The public HTTP API `/v1`. */
@Module({
  // The last one answers what the others leave.
  controllers: [
    ModelsConsumer,
    PredictConsumer,
    CancellationsConsumer,
    ProcessesConsumer,
    ...CONTROLLERS,
    UnknownRoutesController,
  ],
  providers: [
    LedgerMetrics,
    ProcessesService,
    ROUTES,
    ...UPLOADS,
    ...OPTIONS,
    ...PREDICT,
    ...JOBS,
    ...INGEST,
    ...DEAD_LETTERS,
  ],
})
export class GatewayModule {}
