import { Module } from '@nestjs/common';
import type { DynamicModule, FactoryProvider, ModuleMetadata } from '@nestjs/common';
import type { Bus } from '../bus.js';
import { EmbeddedBus } from '../embedded/embedded-bus.js';
import { KafkaBus } from '../kafka/kafka-bus.js';
import { BusMonitor, Publisher, Topics } from '../messages.js';
import type { TransportOptions } from '../options.js';
import { BusStrategy } from './bus.strategy.js';

/** Options that need other providers: a config, a blob store. */
export interface TransportAsyncOptions extends Pick<ModuleMetadata, 'imports'> {
  inject?: FactoryProvider['inject'];
  useFactory: FactoryProvider<TransportOptions>['useFactory'];
}

const BUS = Symbol('bus');

/** Gives {@link Publisher}, {@link BusMonitor}, {@link Topics} and {@link BusStrategy} to every module of the application. */
@Module({})
export class TransportModule {
  static forRoot(options: TransportOptions): DynamicModule {
    return TransportModule.forRootAsync({ useFactory: () => options });
  }

  /** @throws AppError (when the application is made) if `bus.db` cannot be opened, or no Kafka broker answers. */
  static forRootAsync({ imports = [], inject = [], useFactory }: TransportAsyncOptions): DynamicModule {
    return {
      module: TransportModule,
      global: true,
      imports,
      providers: [
        {
          provide: BUS,
          inject,
          useFactory: async (...given: Parameters<typeof useFactory>) => open(await useFactory(...given)),
        },
        { provide: Publisher, useExisting: BUS },
        { provide: BusMonitor, useExisting: BUS },
        { provide: Topics, useExisting: BUS },
        { provide: BusStrategy, inject: [BUS], useFactory: (bus: Bus) => new BusStrategy(bus) },
      ],
      exports: [Publisher, BusMonitor, Topics, BusStrategy],
    };
  }
}

async function open(options: TransportOptions): Promise<Bus> {
  return options.kafka ? KafkaBus.connect(options, options.kafka) : new EmbeddedBus(options);
}
