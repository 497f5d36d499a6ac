import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TransportModule } from '@kadr/transport';
import { describeTransportContract } from '../../test/contract.js';
import type { BusHome } from '../../test/harness.js';

async function home(image?: string): Promise<BusHome> {
  const dataDir = await mkdtemp(join(tmpdir(), 'kadr-bus-'));
  if (image) await cp(image, dataDir, { recursive: true });
  return {
    module: (options) => TransportModule.forRoot({ ...options, dataDir }),
    // What a killed process has written is in its files; a copy of them is free of its lock.
    killed: () => home(dataDir),
    dispose: () => rm(dataDir, { recursive: true }),
  };
}

describeTransportContract('embedded bus', home, { ownLog: true });
