import { Injectable } from '@nestjs/common';
import { Config } from '@kadr/config';
import { AppError, toAppError } from '@kadr/errors';
import { isDiskFull, isZipFile, probePicture, unpackZip } from '@kadr/media';
import pLimit from 'p-limit';
import { plainName } from '../uploads/upload.js';
import type { UploadedFile } from '../uploads/upload.js';
import { noFile } from '../uploads/upload.service.js';
import type { JobRequest } from './job-intake.js';

/** One picture of a job to be: a file, a URL, or why it is neither. */
export interface JobItem {
  name: string;
  path?: string;
  url?: string;
  error?: AppError;
}

const CHECKS_AT_ONCE = 4;

/** Makes the list of a job's pictures of what a request brought. */
@Injectable()
export class JobItems {
  constructor(private readonly config: Config) {}

  /**
   * Unpacks zips into `folder` and looks at the head of each file. A file that is no picture is an item with an error,
   * so that the others go on; a job of nothing else is refused with that error.
   * @throws AppError `no-file`, `bad-zip`, `zip-too-large`, `too-many-files`, or what is wrong with the only picture.
   */
  async list({ files, urls }: JobRequest, folder: string): Promise<JobItem[]> {
    const unpacked = await this.unpack(files, folder);
    const items = [...unpacked, ...urls.map((url) => ({ name: nameOfUrl(url), url }))];
    if (items.length === 0) throw noFile();
    const limit = pLimit(CHECKS_AT_ONCE);
    const checked = await Promise.all(items.map((item) => limit(() => this.check(item))));
    if (checked.length === 1 && checked[0].error) throw checked[0].error;
    return checked;
  }

  private async unpack(files: UploadedFile[], folder: string): Promise<JobItem[]> {
    const items: JobItem[] = [];
    let left = this.config.MAX_UPLOAD_BYTES;
    for (const [index, { name, path }] of files.entries()) {
      if (!(await isZipFile(path))) {
        items.push({ name, path });
        continue;
      }
      const limits = { maxEntries: this.config.MAX_JOB_ITEMS, maxBytes: left };
      const entries = await unpackZip(path, folder, `zip-${index}-`, limits);
      left -= entries.reduce((sum, { bytes }) => sum + bytes, 0);
      items.push(...entries.map((entry) => ({ name: plainName(entry.name), path: entry.path, error: entry.error })));
    }
    if (items.length > this.config.MAX_JOB_ITEMS) throw tooManyItems(this.config.MAX_JOB_ITEMS);
    return items;
  }

  private async check(item: JobItem): Promise<JobItem> {
    if (item.path === undefined || item.error) return item;
    try {
      await probePicture(item.path, { maxPixels: this.config.MAX_PIXELS });
      return item;
    } catch (error) {
      if (isDiskFull(error)) throw error;
      return { ...item, error: toAppError(error) };
    }
  }
}

function nameOfUrl(url: string): string {
  if (!URL.canParse(url)) return plainName(url);
  const { pathname, hostname } = new URL(url);
  return plainName(pathname.split('/').at(-1) || hostname);
}

function tooManyItems(maxFiles: number): AppError {
  const message = `The job would have more than the ${maxFiles} pictures allowed. Make several jobs of it.`;
  return new AppError('too-large', 'too-many-files', message, { details: { maxFiles } });
}
