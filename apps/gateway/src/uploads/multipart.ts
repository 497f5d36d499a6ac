import { join } from 'node:path';
import { callbackify } from 'node:util';
import { AppError } from '@kadr/errors';
import type { ByteBudget } from '@kadr/media';
import { isDiskFull } from '@kadr/media';
import type { Request, Response } from 'express';
import multer, { MulterError } from 'multer';
import type { StorageEngine } from 'multer';
import { cutOff } from './request-body.js';
import { storeFile } from './store-file.js';
import { plainName } from './upload.js';
import type { Upload } from './upload.js';

/** Bounds of a multipart request. */
export interface MultipartLimits {
  folder: string;
  maxFiles: number;
  /** Of all files together. */
  maxBytes: number;
}

const MAX_FIELDS = 20;
const MAX_FIELD_BYTES = 64 * 1024;
const FIELD = 'file';

/** Reads a multipart request, its files straight to disk. @throws AppError saying what is wrong with it. */
export async function readMultipart(request: Request, response: Response, limits: MultipartLimits): Promise<Upload> {
  const parse = multer({
    storage: diskEngine(limits),
    defParamCharset: 'utf8',
    limits: {
      files: limits.maxFiles,
      fields: MAX_FIELDS,
      fieldSize: MAX_FIELD_BYTES,
      fieldNestingDepth: 0,
      headerPairs: 100,
    },
  }).array(FIELD);
  await new Promise<void>((resolve, reject) => {
    parse(request, response, (error?: unknown) => (error ? reject(explain(error, limits)) : resolve()));
  });
  const files = (request.files as Express.Multer.File[]).map(({ originalname, path }) => ({
    name: plainName(originalname),
    path,
  }));
  return { kind: 'files', files, fields: { ...(request.body as Record<string, unknown>) } };
}

function diskEngine({ folder, maxBytes }: MultipartLimits): StorageEngine {
  const budget: ByteBudget = { left: maxBytes };
  let count = 0;
  const store = callbackify(async (file: Express.Multer.File) => {
    const path = join(folder, `upload-${count++}`);
    await storeFile(file.stream, path, budget, maxBytes);
    return { path };
  });
  return {
    _handleFile: (_request, file, done) => store(file, done),
    // The folder goes as a whole.
    _removeFile: (_request, _file, done) => done(null),
  };
}

function explain(error: unknown, limits: MultipartLimits): unknown {
  if (error instanceof AppError || isDiskFull(error)) return error;
  if (!(error instanceof MulterError)) return malformed(error);
  if (error.code === 'LIMIT_FILE_COUNT') return tooManyFiles(limits.maxFiles);
  if (error.code === 'LIMIT_UNEXPECTED_FILE') return wrongField(error.field, `files are sent as "${FIELD}"`);
  return wrongField(error.field, error.message);
}

function tooManyFiles(maxFiles: number): AppError {
  const message = `There are more than the ${maxFiles} files allowed${maxFiles === 1 ? '; POST /v1/jobs takes many' : ''}.`;
  return new AppError('too-large', 'too-many-files', message, { details: { maxFiles } });
}

function wrongField(field = '(unnamed)', message: string): AppError {
  return new AppError('invalid', 'invalid-request', `${field}: ${message}`, { errors: [{ field, message }] });
}

function malformed(error: unknown): AppError {
  const text = error instanceof Error ? error.message : String(error);
  if (/^Request (aborted|closed)/.test(text)) return cutOff(error);
  const message = `The multipart body cannot be read: ${text}. Let a library or curl -F write it.`;
  return new AppError('invalid', 'invalid-request', message, { cause: error });
}
