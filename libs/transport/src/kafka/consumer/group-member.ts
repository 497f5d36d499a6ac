import { Logger } from '@nestjs/common';
import type { Consumer, ConsumerGroupJoinEvent, EachBatchPayload } from 'kafkajs';
import { Turn } from '../../consuming/turn.js';
import type { ConsumerLag } from '../../messages.js';
import { pauseAfter } from '../../policy/backoff.js';
import { pause } from '../../policy/pause.js';
import { explain, isSettling, isStarting } from '../explain.js';
import { Assignment } from './assignment.js';
import type { GroupSettings, GroupTools } from './group-settings.js';
import { GroupWork } from './group-work.js';
import { joinGroup } from './join-group.js';
import { OffsetCommitter } from './offset-committer.js';

/** Pauses before a consumer that has crashed is started again. */
const RESTART = { initialMs: 500, factor: 2, maxMs: 3000 };
/** A consumer that says nothing for so long hangs. */
const SILENCE_MS = 90_000;
/** A broker that is just starting, or has never had a group, coordinates groups after a while only. */
const STARTING_MS = 60_000;
const ASK_AGAIN_MS = 100;
/** Of a session's time, what may go into finishing running handlers before a rebalance. */
const SHARE_OF_SESSION = 1 / 3;

/**
 * This process as a member of one group. The consumer of kafkajs only fetches: messages go to {@link GroupWork}, which
 * runs their handlers beside it, so that heartbeats never wait for one. What is finished is committed by
 * {@link OffsetCommitter}. A consumer that crashes is replaced, for ever, and what is in work goes on meanwhile.
 */
export class GroupMember {
  private readonly logger = new Logger('Kafka');
  private readonly work: GroupWork;
  private readonly assignment: Assignment;
  private readonly committer: OffsetCommitter;
  private readonly stopping = new AbortController();
  private consumer: Consumer | undefined;
  private topics: string[] = [];
  private trouble: string | undefined = 'joining';
  private joined = false;
  /** By which the group knows the consumer that joined last. */
  private memberId: string | undefined;
  /** The same of one that was given up: the group may still wait for it. */
  private formerId: string | undefined;
  private failures = 0;
  private rebalances = 0;
  private restarts = 0;
  private hasJoined = false;
  private lastSign = Date.now();

  constructor(
    private readonly settings: GroupSettings,
    private readonly tools: GroupTools,
    turn = new Turn(),
  ) {
    this.work = new GroupWork(settings, tools.delivery, tools.offsets, turn);
    this.assignment = new Assignment(settings, tools.offsets);
    this.committer = new OffsetCommitter(this.work, tools.topics, !settings.perInstance);
  }

  /** Resolves when the group is joined. @throws AppError saying why it cannot be. */
  async start(): Promise<void> {
    const topics = await this.wantedTopics();
    await this.assignment.markEnds(topics, this.settings.from);
    const failure = await this.launch(topics);
    if (!failure) return;
    if (!isStarting(failure) && !isSettling(failure)) throw this.explained(failure);
    this.restartAfter(failure);
    if (!(await this.recovers())) throw this.explained(failure);
  }

  /** Takes up topics that have appeared. */
  async refresh(): Promise<void> {
    const topics = await this.wantedTopics();
    const known = topics.every((topic) => this.topics.includes(topic));
    // One that is being started again takes them up then, or in a later round.
    if (known || this.trouble !== undefined || this.stopping.signal.aborted) return;
    await this.leave();
    await this.launchOrRetry(topics);
  }

  /** Starts no handler any more, waits for those that run up to the limit, commits, leaves. */
  async stop(): Promise<void> {
    this.stopping.abort();
    this.work.stopRetrying();
    await this.leave();
  }

  /** Replaces a consumer that has gone silent. */
  watch(): void {
    if (!this.consumer || this.stopping.signal.aborted || Date.now() - this.lastSign < SILENCE_MS) return;
    this.restartAfter(new Error(`its consumer has been silent for ${SILENCE_MS / 1000} s`));
  }

  /** Why the group is not being read, if so. */
  get problem(): string | undefined {
    return this.trouble && `group ${this.settings.groupId}: ${this.trouble}`;
  }

  async lag(): Promise<ConsumerLag[]> {
    const { rebalances, restarts } = this;
    return (await this.work.lag()).map((lag) => Object.assign(lag, { rebalances, restarts }));
  }

  private async wantedTopics(): Promise<string[]> {
    const { topics } = this.tools;
    return this.work.readTopics(await topics.list(), (topic) => topics.isRequired(topic));
  }

  private async launchOrRetry(topics: string[]): Promise<void> {
    const failure = await this.launch(topics);
    if (failure) this.restartAfter(failure);
  }

  /** Joins with a new consumer; answers with why that failed, if it did. */
  private async launch(topics: string[]): Promise<Error | undefined> {
    this.joined = false;
    this.topics = topics;
    this.work.hold();
    if (topics.length === 0) {
      this.trouble = undefined;
      return undefined;
    }
    this.lastSign = Date.now();
    const joining = joinGroup(this.settings, this.tools, topics, {
      owned: () => this.work.owned(this.tools.topics),
      beforeJoin: () => this.finishRunning(),
      formerId: () => this.formerId,
      isCurrent: () => this.consumer === joining.consumer,
      onJoin: (event) => this.onJoin(joining.consumer, event),
      onCrash: (error) => this.restartAfter(error),
      onBatch: (payload) => this.onBatch(payload),
      onSkipped: (topic, partition, next) => this.work.skip(this.ours(topic), partition, next),
      onSign: () => (this.lastSign = Date.now()),
    });
    this.consumer = joining.consumer;
    this.committer.use(joining.consumer);
    const failure = await joining.joined;
    await this.work.taken;
    // One that was given up meanwhile has a successor.
    return joining.consumer === this.consumer ? failure : undefined;
  }

  private onJoin(consumer: Consumer, { payload }: ConsumerGroupJoinEvent): void {
    if (this.stopping.signal.aborted) return;
    this.joined = true;
    this.memberId = payload.memberId;
    this.formerId = undefined;
    const assigned = new Map(
      Object.entries(payload.memberAssignment).map(([name, partitions]) => [this.ours(name), partitions]),
    );
    this.work.assign(assigned, async () => {
      const moved = await this.assignment.takeUp(assigned, this.work.topics);
      if (consumer !== this.consumer) return;
      for (const { topic, partition, next } of moved) {
        consumer.seek({ topic: this.tools.topics.nameOf(topic), partition, offset: String(next) });
      }
      this.work.useFetching(consumer, this.tools.topics);
      this.trouble = undefined;
      this.failures = 0;
      this.hasJoined = true;
    });
  }

  private async onBatch({ batch }: EachBatchPayload): Promise<void> {
    await this.work.taken;
    const realign = await this.work.add(this.ours(batch.topic), batch);
    if (realign !== undefined) {
      this.consumer?.seek({ topic: batch.topic, partition: batch.partition, offset: String(realign) });
    }
  }

  private restartAfter(error: Error): void {
    if (this.stopping.signal.aborted) return;
    this.abandon();
    // One that waits for a group to be coordinated for the first time has not broken yet.
    if (this.hasJoined) this.restarts++;
    this.lastSign = Date.now();
    const { message } = this.explained(error);
    const ms = pauseAfter(++this.failures, RESTART);
    this.trouble = message;
    this.logger.warn(`Group ${this.settings.groupId} is joined again in ${ms} ms: ${message}`);
    void this.restart(ms);
  }

  private async restart(ms: number): Promise<void> {
    if (!(await pause(ms, this.stopping.signal))) return;
    try {
      await this.launchOrRetry(await this.wantedTopics());
    } catch (error) {
      this.restartAfter(error as Error);
    }
  }

  /** Before a rebalance: what runs is finished and committed, as far as the session's time allows. */
  private async finishRunning(): Promise<void> {
    if (!this.joined || this.stopping.signal.aborted) return;
    this.rebalances++;
    const { sessionTimeoutMs = 10_000 } = this.tools.options;
    await this.work.drain(Math.min(this.settings.drainMs, sessionTimeoutMs * SHARE_OF_SESSION));
    await this.committer.commit();
  }

  private async leave(): Promise<void> {
    const { consumer } = this;
    this.joined = false;
    const late = await this.work.drain(this.settings.drainMs);
    if (late) this.logger.warn(`Handlers of ${this.settings.groupId} still run; their messages will come again`);
    await this.committer.end();
    this.consumer = undefined;
    await consumer?.disconnect().catch((error: unknown) => this.logger.debug(`While leaving: ${String(error)}`));
  }

  /** Lets a consumer go that does not work. What runs goes on, and is committed by the next one. */
  private abandon(): void {
    const { consumer } = this;
    this.work.hold();
    if (this.joined) this.formerId = this.memberId;
    this.joined = false;
    this.consumer = undefined;
    // It may hang, so nobody waits for it.
    consumer?.disconnect().catch((error: unknown) => this.logger.debug(`While letting go: ${String(error)}`));
  }

  /** True once the group has been joined again after a crash; false when that takes too long. */
  private async recovers(): Promise<boolean> {
    for (const end = Date.now() + STARTING_MS; Date.now() < end;) {
      if (this.trouble === undefined) return true;
      if (!(await pause(ASK_AGAIN_MS, this.stopping.signal))) return false;
    }
    return false;
  }

  private explained(error: Error): Error {
    const { groupId } = this.settings;
    const needs = `READ on group ${groupId} and on topics ${this.topics.map((topic) => this.tools.topics.nameOf(topic)).join(', ')}`;
    return explain(error, { what: `reading in the group ${groupId}`, needs }, this.tools.options.brokers);
  }

  private ours(name: string): string {
    return this.tools.topics.topicOf(name) ?? name;
  }
}
