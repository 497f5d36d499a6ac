import { afterEach, beforeEach, describe } from '@jest/globals';
import { describeDelivery } from './contract/delivery.js';
import { closeAll } from './harness.js';
import type { BusHome } from './harness.js';

/** What every transport keeps: written against publisher, monitor and handlers through Nest, nothing else. */
export function describeTransportContract(name: string, createHome: () => Promise<BusHome>): void {
  describe(`transport contract: ${name}`, () => {
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
  });
}
