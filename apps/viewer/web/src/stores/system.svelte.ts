import type { LedgerDto, ProcessesDto } from '@kadr/contracts';
import { getLedger, getProcesses, getReadiness } from '../lib/api.js';

/** How the server is, who does the work, and where every frame went. */
class SystemStore {
  connection = $state<'connecting' | 'live' | 'offline'>('connecting');
  /** What is not ready yet, by part; `null` while nothing is known. */
  waitingFor = $state.raw<string[] | null>(null);
  ledger = $state.raw<LedgerDto['total'] | null>(null);
  processes = $state.raw<ProcessesDto | null>(null);

  get ready(): boolean {
    return this.waitingFor?.length === 0;
  }

  async refreshReadiness(): Promise<void> {
    const { checks } = await getReadiness();
    this.waitingFor = Object.entries(checks)
      .filter(([, state]) => state !== 'ok')
      .map(([part, state]) => `${part}: ${state}`);
  }

  async refreshLedger(): Promise<void> {
    this.ledger = await getLedger();
  }

  async refreshProcesses(): Promise<void> {
    this.processes = await getProcesses();
  }
}

export const system = new SystemStore();
