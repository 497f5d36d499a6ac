import type { Reader } from '../../bus.js';
import { misuse } from '../../topics/misuse.js';
import { topicMatches } from '../../topics/topic-pattern.js';
import type { GroupSettings } from './group-settings.js';

/** What is the same for all groups of a process. */
interface Naming {
  prefix: string;
  /** Tells processes apart. */
  instance: string;
  drainMs: number;
}

/** Name of a group on Kafka; one of this process alone has the process's own. */
function groupIdOf(group: string, perInstance: boolean, { prefix, instance }: Naming): string {
  return `${prefix}kadr.${group}${perInstance ? `.${instance}` : ''}`;
}

/** Readers by their groups. @throws AppError when two of one group read the same topic, or begin in different ways. */
export function groupsOf(readers: readonly (Reader & { limit: number })[], naming: Naming): GroupSettings[] {
  const groups = new Map<string, GroupSettings & { readers: (Reader & { limit: number })[] }>();
  for (const reader of readers) {
    const { group, perInstance = false, gatherMs = 0 } = reader.subscription;
    const { from = perInstance ? 'latest' : 'earliest' } = reader.subscription;
    const groupId = groupIdOf(group, perInstance, naming);
    const known = groups.get(groupId);
    if (!known) {
      groups.set(groupId, { group, groupId, perInstance, from, gatherMs, readers: [reader], drainMs: naming.drainMs });
      continue;
    }
    if (known.from !== from) throw misuse(`${reader.name} begins elsewhere than others of its group "${group}".`);
    const twin = known.readers.find((other) => topicMatches(other.subscription.topic, reader.subscription.topic));
    if (twin) {
      throw misuse(
        `${reader.name} consumes "${reader.subscription.topic}" in group "${group}", as another handler does: give it its own group.`,
      );
    }
    known.readers.push(reader);
    known.gatherMs = Math.max(known.gatherMs, gatherMs);
  }
  return [...groups.values()];
}
