/** A part's word on whether it can work: nothing when it can, else why not. */
export type HealthCheck = () => string | undefined;

/** What `/health/ready` answers. */
export interface HealthReport {
  status: 'ready' | 'unready';
  /** Part → `ok`, or why it is not. */
  checks: Record<string, string>;
}

/** Readiness of the process: the sum of what its parts say. */
export class Health {
  private readonly checks = new Map<string, HealthCheck>();

  /** Adds a part's check; the same name again replaces it. */
  register(name: string, check: HealthCheck): void {
    this.checks.set(name, check);
  }

  report(): HealthReport {
    const answers = [...this.checks].map(([name, check]) => [name, check() ?? 'ok'] as const);
    const ready = answers.every(([, answer]) => answer === 'ok');
    return { status: ready ? 'ready' : 'unready', checks: Object.fromEntries(answers) };
  }
}
