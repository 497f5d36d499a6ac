import { Injectable } from '@nestjs/common';
import type { ProcessDto, ProcessV1, ProcessesDto } from '@kadr/contracts';
import { sumGroups } from './sum-groups.js';

/** Processes announce themselves every 5 s; who has missed three is taken for gone. */
const LIFE_MS = 15_000;
/** One that is gone without a word is told of for so long. */
const MOURNED_MS = 10 * 60_000;

interface HeldProcess {
  process: ProcessV1;
  /** When it last spoke, and when this was heard: the first word of all may be an old one that the topic kept. */
  at: number;
  heardAt: number;
}

/** The processes that announce themselves. */
@Injectable()
export class ProcessesService {
  private readonly held = new Map<string, HeldProcess>();

  /**
   * Takes a process's newest word; `undefined` is its leave. `timestamp` is the message's, in milliseconds since 1970;
   * it counts for the first word only, since the clocks of other machines may be wrong.
   */
  learn(instance: string, process: ProcessV1 | undefined, timestamp: number, now = Date.now()): void {
    if (!process) this.held.delete(instance);
    else
      this.held.set(instance, { process, at: this.held.has(instance) ? now : Math.min(timestamp, now), heardAt: now });
  }

  /** All processes, and their groups summed. */
  list(now = Date.now()): ProcessesDto {
    for (const [instance, { heardAt }] of this.held) if (now - heardAt > MOURNED_MS) this.held.delete(instance);
    const processes = [...this.held.values()].map((one) => toDto(one, now));
    return {
      processes: processes.sort(byNameAndAge),
      groups: sumGroups(processes.filter(({ gone }) => !gone)),
    };
  }
}

function toDto({ process, at }: HeldProcess, now: number): ProcessDto {
  const { instance, name, version, startedAt, groups } = process;
  return { instance, name, version, startedAt, groups, seenAt: new Date(at).toISOString(), gone: now - at > LIFE_MS };
}

function byNameAndAge(a: ProcessDto, b: ProcessDto): number {
  return a.name.localeCompare(b.name) || a.startedAt.localeCompare(b.startedAt);
}
