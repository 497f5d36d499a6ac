import { Injectable } from '@nestjs/common';
import { Config } from '@kadr/config';
import { JobOptionsDto, PictureUrlsDto } from '@kadr/contracts';
import type { ModelCardV1 } from '@kadr/contracts';
import { parsePublicUrl } from '@kadr/media';
import type { Request, Response } from 'express';
import { notServing } from '../models/models.service.js';
import { OptionsService } from '../options/options.service.js';
import type { Asked } from '../options/options.service.js';
import { wrongFields } from '../options/read-dto.js';
import type { DtoClass } from '../options/read-dto.js';
import type { UploadedFile } from '../uploads/upload.js';
import { UploadService } from '../uploads/upload.service.js';

/** What a request asks of a job and brings for it. */
export interface JobRequest {
  model: ModelCardV1;
  options: JobOptionsDto;
  /** As uploaded: zips still packed. */
  files: UploadedFile[];
  urls: string[];
}

/** Reads the request of a job. */
@Injectable()
export class JobIntake {
  constructor(
    private readonly config: Config,
    private readonly options: OptionsService,
    private readonly uploads: UploadService,
  ) {}

  /** Judges the query alone, before the body is taken in. @throws AppError naming every wrong field; `model-failed`; `url-refused`. */
  judge(request: Request): void {
    const { model } = this.ask(JobOptionsDto, request.query);
    // A model that is on its way will be there when the job's turn comes.
    const away = model.state === 'failed' ? notServing(model) : undefined;
    if (away) throw away;
  }

  /** Takes in the body. @throws AppError saying what is wrong with it. */
  async read(request: Request, response: Response, folder: string): Promise<JobRequest> {
    const maxItems = this.config.MAX_JOB_ITEMS;
    const upload = await this.uploads.receive(request, response, folder, maxItems);
    const given = { ...request.query, ...upload.fields };
    if (upload.kind === 'files') return { ...this.ask(JobOptionsDto, given), files: upload.files, urls: [] };
    const { options, model } = this.ask(PictureUrlsDto, given);
    const { urls } = options;
    if (urls.length <= maxItems) return { model, options, files: [], urls };
    throw wrongFields([{ field: 'urls', message: `holds ${urls.length} URLs; at most ${maxItems} are allowed` }]);
  }

  private ask<T extends JobOptionsDto>(dto: DtoClass<T>, given: object): Asked<T> {
    const asked = this.options.read(dto, given);
    const { webhook } = asked.options;
    // Better said now than found out when the job is done.
    if (webhook !== undefined) parsePublicUrl(webhook, undefined, this.config.ALLOW_PRIVATE_URLS);
    return asked;
  }
}
