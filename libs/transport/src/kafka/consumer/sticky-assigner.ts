import kafkajs from 'kafkajs';
import type { Assigner, Broker, Cluster, GroupMember as Member, PartitionAssigner } from 'kafkajs';
import { rootOf } from '../explain.js';

const { AssignerProtocol } = kafkajs;

/** Partitions by topic. */
export type Owned = Record<string, number[]>;

/** What the assigner asks of the member that it belongs to. */
export interface Membership {
  /** What it owns now. */
  owned(): Owned;
  /** Called before each joining of the group; it goes on when the promise resolves. */
  beforeJoin(): Promise<void>;
  /** By which the group knows a consumer before this one, which did not leave it. */
  formerId(): string | undefined;
}

interface GroupMembership {
  groupId: string;
  memberId: string;
}

/** What kafkajs can do and does not declare. */
interface Coordinator extends Broker {
  leaveGroup(membership: GroupMembership): Promise<unknown>;
}

const NAME = 'kadr-sticky';

/**
 * Assigns each topic's partitions evenly to the members that read it, each to the one that has it already where that is
 * even, so that a member that comes or goes moves as little as can be. kafkajs rejoins as soon as it hears of a
 * rebalance; the only thing it waits for before it does is to find the group's coordinator, so that is where the member
 * finishes what it has in work, and takes leave for a consumer before it that could not: else the group would wait for
 * that one until its session is over.
 */
export function stickyAssigner(membership: Membership): PartitionAssigner {
  return ({ cluster }) => {
    const find = cluster.findGroupCoordinator.bind(cluster);
    cluster.findGroupCoordinator = async (request) => {
      await membership.beforeJoin();
      const coordinator = (await find(request)) as Coordinator;
      const memberId = membership.formerId();
      if (memberId) await takeLeave(coordinator, { ...request, memberId });
      return coordinator;
    };
    return makeAssigner(cluster, membership);
  };
}

async function takeLeave(coordinator: Coordinator, membership: GroupMembership): Promise<void> {
  try {
    await coordinator.leaveGroup(membership);
  } catch (error) {
    // A group that does not know it any more has nothing to wait for.
    if (rootOf(error).type !== 'UNKNOWN_MEMBER_ID') throw error;
  }
}

function makeAssigner(cluster: Cluster, membership: Membership): Assigner {
  return {
    name: NAME,
    version: 1,
    async assign({ members }) {
      const readers = members.map(readMember);
      const topics = [...new Set(readers.flatMap((reader) => reader.topics))].sort();
      await cluster.addMultipleTargetTopics(topics);
      const partitions = Object.fromEntries(
        topics.map((topic) => [topic, cluster.findTopicPartitionMetadata(topic).map(({ partitionId }) => partitionId)]),
      );
      const shares = share(readers, partitions);
      return readers.map(({ memberId }) => ({
        memberId,
        memberAssignment: AssignerProtocol.MemberAssignment.encode({
          version: 1,
          assignment: shares.get(memberId) ?? {},
          userData: Buffer.alloc(0),
        }),
      }));
    },
    protocol({ topics }) {
      const userData = Buffer.from(JSON.stringify(membership.owned()));
      return { name: NAME, metadata: AssignerProtocol.MemberMetadata.encode({ version: 1, topics, userData }) };
    },
  };
}

interface GroupReader {
  memberId: string;
  topics: string[];
  owned: Owned;
}

/** Who gets what: evenly, and each partition where it is, if that is even. */
export function share(readers: readonly GroupReader[], partitions: Owned): Map<string, Owned> {
  const shares = new Map<string, Owned>(readers.map(({ memberId }) => [memberId, {}]));
  for (const [index, [topic, ids]] of Object.entries(partitions).entries()) {
    const sorted = readers.filter(({ topics }) => topics.includes(topic)).sort(byMember);
    // Not the same member gets one more of every topic.
    const first = index % Math.max(1, sorted.length);
    const mine = [...sorted.slice(first), ...sorted.slice(0, first)];
    for (const [memberId, given] of shareTopic(topic, ids, mine)) {
      if (given.length > 0) shares.get(memberId)![topic] = given;
    }
  }
  return shares;
}

function shareTopic(topic: string, ids: readonly number[], readers: readonly GroupReader[]): Map<string, number[]> {
  const given = new Map<string, number[]>(readers.map(({ memberId }) => [memberId, []]));
  if (readers.length === 0) return given;
  const least = Math.floor(ids.length / readers.length);
  // Those who may have one more: first those who have it.
  let extra = ids.length % readers.length;
  const free = new Set(ids);
  for (const { memberId, owned } of readers) {
    const kept = (owned[topic] ?? []).filter((id) => free.has(id));
    const most = kept.length > least && extra > 0 ? least + 1 : least;
    if (most > least) extra--;
    for (const id of kept.slice(0, most)) {
      given.get(memberId)!.push(id);
      free.delete(id);
    }
  }
  for (const id of free) {
    const [, poorest] = [...given].reduce((one, other) => (other[1].length < one[1].length ? other : one));
    poorest.push(id);
  }
  return given;
}

function byMember(one: GroupReader, other: GroupReader): number {
  return one.memberId < other.memberId ? -1 : 1;
}

function readMember({ memberId, memberMetadata }: Member): GroupReader {
  const decoded = AssignerProtocol.MemberMetadata.decode(memberMetadata);
  return { memberId, topics: decoded?.topics ?? [], owned: readOwned(decoded?.userData) };
}

function readOwned(userData: Buffer | undefined): Owned {
  if (!userData?.length) return {};
  try {
    return JSON.parse(userData.toString()) as Owned;
  } catch {
    // A member of another version: what it owns is then not known, which costs a move at most.
    return {};
  }
}
