import { join } from 'node:path';
import { Injectable } from '@nestjs/common';
import { Config } from '@kadr/config';
import { AppError } from '@kadr/errors';
import type { Request, Response } from 'express';
import rawBody from 'raw-body';
import type { RawBodyError } from 'raw-body';
import { readMultipart } from './multipart.js';
import { bodyOf, cutOff } from './request-body.js';
import { storeFile, uploadTooLarge } from './store-file.js';
import type { Upload } from './upload.js';

const RAW = ['image/*', 'application/octet-stream', 'application/zip', 'application/x-zip-compressed'];
/** Room for ten thousand long URLs. */
const MAX_JSON_BYTES = 4 * 1024 * 1024;
/** A raw body of this size at most is read to memory. */
const SMALL_BYTES = 4 * 1024 * 1024;
/** A multipart body is a little larger than the files in it. */
const ENVELOPE_BYTES = 1024 * 1024;

const HOW = 'send multipart/form-data with "file", a body of image/*, or JSON with a URL';

/** Reads the body of a request in any of the forms in which pictures come. */
@Injectable()
export class UploadService {
  constructor(private readonly config: Config) {}

  /**
   * Files go straight to `folder`, never to memory.
   * @throws AppError `no-file`, `invalid-request`, `unsupported-media`, `upload-too-large`, `too-many-files`.
   */
  async receive(request: Request, response: Response, folder: string, maxFiles: number): Promise<Upload> {
    // Its sender went away in the meantime; the event that says so has been, and will not come again.
    if (request.destroyed) throw cutOff();
    const maxBytes = this.config.MAX_UPLOAD_BYTES;
    if (Number(request.headers['content-length']) > maxBytes + ENVELOPE_BYTES) throw uploadTooLarge(maxBytes);
    if (request.is('multipart/form-data')) return readMultipart(request, response, { folder, maxFiles, maxBytes });
    if (request.is('application/json')) return { kind: 'json', fields: await readJson(request) };
    if (request.is(RAW)) return this.readRaw(request, folder, maxBytes);
    throw unreadable(request);
  }

  /**
   * A raw body that says it is small, as it is: a file would cost more than the rest of its way. There are as many at
   * once as there may be predictions. `undefined` for any other body.
   * @throws AppError `invalid-request` when it is cut off, `upload-too-large` when it is larger than it says.
   */
  async receiveSmall(request: Request): Promise<Buffer | undefined> {
    const length = Number(request.headers['content-length'] ?? Number.NaN);
    const most = Math.min(SMALL_BYTES, this.config.MAX_UPLOAD_BYTES);
    if (!(length > 0 && length <= most) || !request.is(RAW)) return undefined;
    if (request.destroyed) throw cutOff();
    return readWhole(request, most);
  }

  private async readRaw(request: Request, folder: string, maxBytes: number): Promise<Upload> {
    const path = join(folder, 'upload-0');
    await storeFile(bodyOf(request), path, { left: maxBytes }, maxBytes);
    return { kind: 'files', files: [{ name: 'picture', path }], fields: {} };
  }
}

async function readWhole(request: Request, maxBytes: number): Promise<Buffer> {
  try {
    return await rawBody(request, { limit: maxBytes });
  } catch (error) {
    // What is left is read and thrown away: an answer before its end would not reach every client.
    request.resume();
    throw (error as RawBodyError).statusCode === 413 ? uploadTooLarge(maxBytes) : cutOff(error);
  }
}

async function readJson(request: Request): Promise<Record<string, unknown>> {
  const json = parse((await readWhole(request, MAX_JSON_BYTES)).toString('utf8'));
  if (typeof json === 'object' && json !== null && !Array.isArray(json)) return json as Record<string, unknown>;
  throw new AppError('invalid', 'invalid-request', 'The JSON body must be an object, as { "url": "https://…" }.');
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const message = `The body is not JSON: ${(error as Error).message}`;
    throw new AppError('invalid', 'invalid-request', message, { cause: error });
  }
}

/** The error of a request without a picture. */
export function noFile(): AppError {
  return new AppError('invalid', 'no-file', `There is no picture in the request; ${HOW}.`);
}

function unreadable(request: Request): AppError {
  const type = request.headers['content-type'];
  const empty = request.headers['transfer-encoding'] === undefined && !Number(request.headers['content-length']);
  if (empty) return noFile();
  return new AppError('unsupported', 'unsupported-media', `Content-Type ${type ?? '(none)'} is not read here; ${HOW}.`);
}
