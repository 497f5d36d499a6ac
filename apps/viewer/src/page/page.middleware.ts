import { Injectable } from '@nestjs/common';
import type { NestMiddleware, OnModuleInit } from '@nestjs/common';
import { ownerOf } from '@kadr/contracts';
import type { ProblemDto } from '@kadr/contracts';
import { ERROR_POLICY } from '@kadr/errors';
import { Log } from '@kadr/observability';
import type { NextFunction, Request, Response } from 'express';
import { PageFiles } from './page-files.js';
import { pageHeaders } from './page-headers.js';

/** First parts of the viewer's paths that are not the page's. */
const OTHERS = new Set(['live', 'socket.io']);

/** Serves the page at every address that is nobody else's; a browser that goes to one of the page's own gets the page. */
@Injectable()
export class PageMiddleware implements NestMiddleware, OnModuleInit {
  constructor(
    private readonly files: PageFiles,
    private readonly log: Log,
  ) {}

  onModuleInit(): void {
    if (!this.files.exist) this.log.warn('page missing', { folder: this.files.folder, advice: 'run: npm run build' });
  }

  use(request: Request, response: Response, next: NextFunction): void {
    // Mounted on a pattern, Express would give the path less what the pattern matched.
    const [path] = request.originalUrl.split('?', 1);
    if (ownerOf(path) !== 'viewer' || OTHERS.has(path.split('/')[1])) return next();
    const reads = request.method === 'GET' || request.method === 'HEAD';
    const file = reads ? (this.files.find(path) ?? this.navigation(request)) : undefined;
    if (file === undefined) return this.refuse(path, request, response);
    response.set(pageHeaders(file));
    response.sendFile(file, { root: this.files.folder, cacheControl: false }, (error?: Error) => {
      // Once the headers are out, nothing can be said any more: the client went away.
      if (error && !response.headersSent) next(error);
    });
  }

  private navigation(request: Request): string | undefined {
    return request.headers.accept?.includes('text/html') ? this.files.find('/') : undefined;
  }

  private refuse(path: string, { method }: Request, response: Response): void {
    const { status, title } = ERROR_POLICY['not-found'];
    const detail = this.files.exist
      ? `There is nothing to ${method} at ${path.slice(0, 200)}. The page is at /, the API's description at /docs.`
      : 'The page has not been built: run npm run build. The API works without it; /docs describes it.';
    const problem: ProblemDto = { type: 'about:blank', title, status, detail, instance: path, code: 'not-found' };
    response.status(status).type('application/problem+json').send(JSON.stringify(problem));
  }
}
