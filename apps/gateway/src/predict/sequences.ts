import { Injectable } from '@nestjs/common';
import { LedgerRepository } from '@kadr/storage';
import { GatewayInstance } from './gateway-instance.js';

interface Waiting {
  resolve: (sequence: number) => void;
  reject: (error: unknown) => void;
}

/**
 * Numbers this instance's frames without gaps. A number is handed out once the ledger has counted it, so a process
 * that dies leaves no frame uncounted. All who ask while a write is under way share the next one.
 */
@Injectable()
export class Sequences {
  private next = 0;
  private waiting: Waiting[] = [];
  private writing = false;

  constructor(
    private readonly ledger: LedgerRepository,
    private readonly instance: GatewayInstance,
  ) {}

  take(): Promise<number> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ resolve, reject });
      if (!this.writing) void this.count();
    });
  }

  private async count(): Promise<void> {
    this.writing = true;
    while (this.waiting.length > 0) {
      const batch = this.waiting;
      this.waiting = [];
      try {
        await this.ledger.addPublished(this.instance.source, batch.length);
        for (const { resolve } of batch) resolve(this.next++);
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
    }
    this.writing = false;
  }
}
