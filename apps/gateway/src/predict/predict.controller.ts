import { Controller, Post, Req, Res, UseFilters } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Config } from '@kadr/config';
import type { Request, Response } from 'express';
import { ApiPredict } from '../docs/predict.docs.js';
import { negotiate } from '../problems/negotiate.js';
import { ProblemFilter } from '../problems/problem.filter.js';
import { goneSignal } from '../uploads/gone-signal.js';
import { PredictIntake } from './predict-intake.js';
import { PredictService } from './predict.service.js';
import { PredictionSlots } from './prediction-slots.js';

const FORMS = ['application/json', 'image/jpeg'] as const;

@ApiTags('predict')
@Controller('v1/predict')
@UseFilters(ProblemFilter)
export class PredictController {
  constructor(
    private readonly config: Config,
    private readonly slots: PredictionSlots,
    private readonly intake: PredictIntake,
    private readonly predictions: PredictService,
  ) {}

  @Post()
  @ApiPredict()
  async predict(@Req() request: Request, @Res() response: Response): Promise<void> {
    const form = negotiate(request, FORMS);
    const annotate = form === 'image/jpeg';
    const signal = goneSignal(response);
    const bytes = await this.slots.use(async () => {
      const { picture, model, options } = await this.intake.read(request, response);
      const { threshold, classes, masks } = options;
      return this.predictions.predict({
        picture,
        model,
        options: { threshold, classes, masks, annotate },
        wants: annotate ? 'annotated' : 'result',
        timeoutMs: this.config.PREDICT_TIMEOUT_MS,
        signal,
      });
    });
    response.status(200).type(form).vary('Accept').send(bytes);
  }
}
