import { Module } from '@nestjs/common';
import type { BeforeApplicationShutdown, DynamicModule, NestModule } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { Config } from '@kadr/config';
import { ownerOf } from '@kadr/contracts';
import { Log } from '@kadr/observability';
import type { NextFunction, Request, Response } from 'express';
import { isLive } from '../upgrades.js';
import type { UpgradingServer } from '../upgrades.js';
import { Peer } from './peer.js';

/** Whose paths are forwarded, and the variable that says where to. */
const VARIABLES = { viewer: 'VIEWER_URL', gateway: 'GATEWAY_URL' } as const;

class Forwarding {
  constructor(
    readonly owner: keyof typeof VARIABLES,
    readonly peer: Peer,
  ) {}
}

/**
 * Without a reverse proxy in front, either of gateway and viewer is the whole of Kadr: each forwards what the other
 * owns, if its variable says where that is. Nothing is forwarded twice: what a process owns it answers itself.
 */
@Module({})
export class ForwardModule implements NestModule, BeforeApplicationShutdown {
  constructor(
    private readonly forwarding: Forwarding,
    private readonly host: HttpAdapterHost,
  ) {}

  static to(owner: keyof typeof VARIABLES): DynamicModule {
    const variable = VARIABLES[owner];
    const useFactory = (config: Config, log: Log) => new Forwarding(owner, new Peer(variable, config[variable], log));
    return { module: ForwardModule, providers: [{ provide: Forwarding, inject: [Config, Log], useFactory }] };
  }

  /** Before any route: the page's middleware and the gateway's last controller answer whatever comes to them. */
  configure(): void {
    const { owner, peer } = this.forwarding;
    if (!peer.isSet) return;
    this.host.httpAdapter.use((request: Request, response: Response, next: NextFunction) => {
      if (ownerOf(request.originalUrl) === owner) peer.answer(request, response);
      else next();
    });
    if (owner !== 'viewer') return;
    const server = this.host.httpAdapter.getHttpServer() as UpgradingServer;
    server.on('upgrade', (request, socket, head) => {
      if (isLive(request)) peer.upgrade(request, socket, head);
    });
  }

  beforeApplicationShutdown(): void {
    this.forwarding.peer.close();
  }
}
