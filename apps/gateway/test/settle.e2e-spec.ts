import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { LedgerEntryDto } from '@kadr/contracts';
import { LedgerRepository } from '@kadr/storage';
import { call } from '../../../test/support/http.js';
import { eventually } from '../../../test/support/kadr.js';
import { SettleService } from '../src/predict/settle.service.js';
import { startGateway } from './support/gateway.js';
import type { TestGateway } from './support/gateway.js';

let gateway: TestGateway;

beforeEach(async () => {
  gateway = await startGateway();
});
afterEach(() => gateway.close());

describe('frames of other gateways', () => {
  it('are settled when they have had their time, not before', async () => {
    const [ledger, settle] = [gateway.app.get(LedgerRepository), gateway.app.get(SettleService)];
    const entry = async (): Promise<LedgerEntryDto> =>
      (await call<LedgerEntryDto>(`${gateway.url}/v1/ledger/request:other`)).body;
    await ledger.addPublished('request:other', 3);
    await settle.round();
    await ledger.addPublished('request:other', 2);
    expect(await entry()).toMatchObject({ framesIn: 5, inFlight: 5 });
    await settle.round();
    const first = await eventually(entry, ({ inFlight }) => inFlight <= 2);
    expect(first).toMatchObject({ framesIn: 5, drops: { expired: 3 }, inFlight: 2 });
    await settle.round();
    expect(await eventually(entry, ({ inFlight }) => inFlight === 0)).toMatchObject({ drops: { expired: 5 } });
  });
});
