import { afterEach, beforeEach, describe, jest } from '@jest/globals';
import { describeClaims } from './contract/claims.js';
import { describeDelivery } from './contract/delivery.js';
import { describeGroups } from './contract/groups.js';
import { describeKeeping } from './contract/keeping.js';
import { describeRecovery } from './contract/recovery.js';
import { describeRetry } from './contract/retry.js';
import { closeAll } from './harness.js';
import type { BusHome } from './harness.js';

/** What a transport is like beyond the contract. */
interface Traits {
  /** It keeps its log itself, with volatile topics and a sweeper. */
  ownLog?: boolean;
}

/** What every transport keeps: written against publisher, monitor and handlers through Nest, nothing else. */
export function describeTransportContract(name: string, createHome: () => Promise<BusHome>, traits: Traits = {}): void {
  describe(`transport contract: ${name}`, () => {
    jest.setTimeout(30_000);
    let home: BusHome;
    const useHome = () => home;

    beforeEach(async () => {
      home = await createHome();
    });

    afterEach(async () => {
      await closeAll();
      await home.dispose();
    });

    describeDelivery(useHome);
    describeRetry(useHome);
    describeGroups(useHome);
    describeRecovery(useHome);
    describeClaims(useHome);
    if (traits.ownLog) describeKeeping(useHome);
  });
}
