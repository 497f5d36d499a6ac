import { SingleBar } from 'cli-progress';
import type { Log } from '@kadr/observability';
import type { OnProgress } from '../weights/prepared-model.js';

const MIB = 1024 * 1024;
const LINE_EVERY_PERCENT = 10;

/** Shows how far a model's weights are fetched: a bar on a terminal, a line every ten per cent elsewhere. */
export class ProgressReport {
  private readonly bar: SingleBar | undefined;
  private started = false;
  private nextPercent = 0;

  constructor(
    private readonly model: string,
    private readonly log: Log,
    terminal: boolean,
  ) {
    if (terminal)
      this.bar = new SingleBar({
        format: `Fetching ${model} {bar} {percentage}% | {value}/{total} MiB | {eta_formatted}`,
      });
  }

  readonly update: OnProgress = (received, total) => {
    const percent = total > 0 ? Math.floor((received / total) * 100) : 0;
    if (this.bar) {
      if (!this.started) this.bar.start(Math.ceil(total / MIB), 0);
      this.bar.setTotal(Math.ceil(total / MIB));
      this.bar.update(Math.floor(received / MIB));
    } else if (percent >= this.nextPercent) {
      this.log.info('fetching', { model: this.model, receivedBytes: received, totalBytes: total, percent });
      this.nextPercent = percent + LINE_EVERY_PERCENT;
    }
    this.started = true;
  };

  stop(): void {
    if (this.started) this.bar?.stop();
  }
}
