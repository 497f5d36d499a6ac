import { RequestMethod } from '@nestjs/common';
import type { Type } from '@nestjs/common';
import { METHOD_METADATA, PATH_METADATA } from '@nestjs/common/constants.js';

interface Route {
  pattern: RegExp;
  method: string;
}

/** Which methods the gateway's controllers answer at a path. */
export class RouteTable {
  private readonly routes: Route[];

  constructor(controllers: readonly Type[]) {
    this.routes = controllers.flatMap((controller) => routesOf(controller));
  }

  methodsOf(path: string): string[] {
    return [...new Set(this.routes.filter(({ pattern }) => pattern.test(path)).map(({ method }) => method))];
  }
}

function routesOf(controller: Type): Route[] {
  const base = Reflect.getMetadata(PATH_METADATA, controller) as string;
  const handlers = Object.getOwnPropertyNames(controller.prototype).map(
    (name) => Object.getOwnPropertyDescriptor(controller.prototype, name)?.value as object,
  );
  return handlers
    .filter((handler) => typeof handler === 'function' && Reflect.hasMetadata(METHOD_METADATA, handler))
    .map((handler) => ({
      method: RequestMethod[Reflect.getMetadata(METHOD_METADATA, handler) as RequestMethod],
      pattern: toPattern(`/${base}/${Reflect.getMetadata(PATH_METADATA, handler) as string}`),
    }));
}

function toPattern(path: string): RegExp {
  const parts = path.split('/').filter(Boolean);
  return new RegExp(`^/${parts.map((part) => (part.startsWith(':') ? '[^/]+' : part)).join('/')}/?$`, 'i');
}
