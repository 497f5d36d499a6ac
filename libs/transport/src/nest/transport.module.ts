import { Module } from '@nestjs/common';
import type { DynamicModule, FactoryProvider, ModuleMetadata } from '@nestjs/common';
import { EmbeddedBus } from '../embedded/embedded-bus.js';
import { BusMonitor, Publisher } from '../messages.js';
import type { TransportOptions } from '../options.js';
import { EmbeddedStrategy } from './embedded.strategy.js';

/** Options that need other providers: a config, a blob store. */
export interface TransportAsyncOptions extends Pick<ModuleMetadata, 'imports'> {
  inject?: FactoryProvider['inject'];
  useFactory: FactoryProvider<TransportOptions>['useFactory'];
}

/** Gives {@link Publisher}, {@link BusMonitor} and {@link EmbeddedStrategy} to every module of the application. */
@Module({})
export class TransportModule {
  static forRoot(options: TransportOptions): DynamicModule {
    return TransportModule.forRootAsync({ useFactory: () => options });
  }

  /** @throws AppError (when the application is made) if `bus.db` cannot be opened, is in use or is damaged. */
  static forRootAsync({ imports = [], inject = [], useFactory }: TransportAsyncOptions): DynamicModule {
    return {
      module: TransportModule,
      global: true,
      imports,
      providers: [
        {
          provide: EmbeddedBus,
          inject,
          useFactory: async (...given: Parameters<typeof useFactory>) => new EmbeddedBus(await useFactory(...given)),
        },
        { provide: Publisher, useExisting: EmbeddedBus },
        { provide: BusMonitor, useExisting: EmbeddedBus },
        {
          provide: EmbeddedStrategy,
          inject: [EmbeddedBus],
          useFactory: (bus: EmbeddedBus) => new EmbeddedStrategy(bus),
        },
      ],
      exports: [Publisher, BusMonitor, EmbeddedStrategy],
    };
  }
}
