import type { GroupDto, GroupReadingV1, ProcessV1 } from '@kadr/contracts';

const SUMS = ['messages', 'inFlight', 'retries', 'deadLetters', 'rebalances', 'restarts'] as const;

/** Each group and topic once, over all of `processes`: sums, and the age of the oldest message. */
export function sumGroups(processes: readonly ProcessV1[]): GroupDto[] {
  const found = new Map<string, GroupDto>();
  for (const reading of processes.flatMap(({ groups }) => groups)) {
    const id = `${reading.group} ${reading.topic}`;
    const sum = found.get(id) ?? nothing(reading);
    found.set(id, sum);
    sum.processes++;
    sum.seconds = Math.max(sum.seconds, reading.seconds);
    for (const field of SUMS) sum[field] += reading[field];
  }
  return [...found.values()].sort((a, b) => a.group.localeCompare(b.group) || a.topic.localeCompare(b.topic));
}

function nothing({ topic, group }: GroupReadingV1): GroupDto {
  const counts = { messages: 0, inFlight: 0, retries: 0, deadLetters: 0, rebalances: 0, restarts: 0 };
  return { topic, group, seconds: 0, ...counts, processes: 0 };
}
