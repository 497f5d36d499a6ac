import { Logger } from '@nestjs/common';
import kafkajs from 'kafkajs';
import type { Admin } from 'kafkajs';
import { kafkaSettings } from '@kadr/contracts';
import type { TopicSpec } from '@kadr/contracts';
import type { TopicCatalogue } from '../../topics/topic-catalogue.js';
import { explain, rootOf } from '../explain.js';
import { untilSettled } from '../until-settled.js';
import type { Attempt } from '../explain.js';
import type { KafkaOptions } from '../kafka-options.js';

const { ConfigResourceTypes } = kafkajs;
/** A topic that has just been made is not known to every broker at once. */
const TIMEOUT_MS = 15_000;

/** Topics of the catalogue on the cluster: made when they are missing, compared with the catalogue when they are not. */
export class KafkaTopics {
  private readonly logger = new Logger('Kafka');
  private readonly sure = new Map<string, Promise<number>>();
  private readonly required = new Set<string>();
  private readonly listeners: (() => void)[] = [];

  constructor(
    private readonly admin: Admin,
    private readonly catalogue: TopicCatalogue,
    private readonly options: KafkaOptions,
  ) {}

  /** The name of a topic on the cluster. */
  nameOf(topic: string): string {
    return `${this.options.prefix ?? ''}${topic}`;
  }

  /** The reverse of {@link nameOf}; `undefined` for a topic of others. */
  topicOf(name: string): string | undefined {
    const prefix = this.options.prefix ?? '';
    return name.startsWith(prefix) ? name.slice(prefix.length) : undefined;
  }

  /** Calls `listener` when a topic has been made here. */
  onMade(listener: () => void): void {
    this.listeners.push(listener);
  }

  /** Makes sure of a topic for this process. @throws AppError naming the right that is missing. */
  async require(topic: string): Promise<void> {
    await this.partitions(topic);
    this.required.add(topic);
  }

  isRequired(topic: string): boolean {
    return this.required.has(topic);
  }

  /** How many partitions the topic has; made if it is missing. @throws AppError naming the right that is missing. */
  async partitions(topic: string): Promise<number> {
    const known = this.sure.get(topic);
    if (known) return known;
    const made = this.ensure(topic, this.catalogue.get(topic));
    this.sure.set(topic, made);
    made.catch(() => this.sure.delete(topic));
    return made;
  }

  /** Topics of the catalogue that exist on the cluster. */
  async list(): Promise<string[]> {
    const names = await this.attempt({ what: 'listing topics', needs: 'DESCRIBE on its topics' }, () =>
      this.admin.listTopics(),
    );
    const topics = names.map((name) => this.topicOf(name));
    return topics.filter((topic) => topic !== undefined).filter((topic) => this.catalogue.find(topic));
  }

  private async ensure(topic: string, spec: TopicSpec): Promise<number> {
    const name = this.nameOf(topic);
    const needs = `CREATE on topic ${name} (or on the cluster), or that somebody makes it`;
    const made = await this.attempt({ what: `making the topic ${name}`, needs }, () => this.make(name, spec));
    if (made) for (const listener of this.listeners) listener();
    const seen = { what: `the topic ${name}`, needs: `DESCRIBE on topic ${name}` };
    const partitions = await this.attempt(seen, () => this.count(name));
    if (!made) await this.compare(name, spec, partitions);
    return partitions;
  }

  /** True when it was missing and has been made. Asked first, since a reader need not have the right to make topics. */
  private async make(name: string, spec: TopicSpec): Promise<boolean> {
    if ((await this.admin.listTopics()).includes(name)) return false;
    const configEntries = Object.entries(kafkaSettings(spec)).map(([key, value]) => ({ name: key, value }));
    const { replicationFactor = -1 } = this.options;
    const made = await this.admin.createTopics({
      timeout: TIMEOUT_MS,
      // kafkajs would give up on a broker that does not know the topic yet; `count` waits for that too.
      waitForLeaders: false,
      topics: [{ topic: name, numPartitions: spec.partitions, replicationFactor, configEntries }],
    });
    // False when another process was first.
    return made;
  }

  /** Waits until the topic, which may have been made just now, here or by another process, is known and can be used. */
  private async count(name: string): Promise<number> {
    const { topics } = await untilSettled(() => this.admin.fetchTopicMetadata({ topics: [name] }));
    return topics[0].partitions.length;
  }

  /** Says what differs from the catalogue. Nothing is changed: whoever made the topic may have had reasons. */
  private async compare(name: string, spec: TopicSpec, partitions: number): Promise<void> {
    const wanted = kafkaSettings(spec);
    const found = await this.describe(name, Object.keys(wanted));
    const differences = Object.entries(wanted)
      .filter(([key, value]) => found[key] !== undefined && found[key] !== value)
      .map(([key, value]) => `${key} is ${found[key]}, the catalogue says ${value}`);
    if (partitions !== spec.partitions) {
      differences.push(`it has ${partitions} partitions, the catalogue says ${spec.partitions}`);
    }
    if (differences.length === 0) return;
    this.logger.warn(`The topic ${name} has other settings and is left as it is: ${differences.join('; ')}`);
  }

  private async describe(name: string, keys: string[]): Promise<Record<string, string | undefined>> {
    try {
      const resources = [{ type: ConfigResourceTypes.TOPIC, name, configNames: keys }];
      const { resources: found } = await this.admin.describeConfigs({ includeSynonyms: false, resources });
      return Object.fromEntries(found[0].configEntries.map(({ configName, configValue }) => [configName, configValue]));
    } catch (error) {
      // Without this right there is nothing to compare, which is no reason not to use the topic.
      this.logger.log(`The settings of ${name} could not be compared: ${rootOf(error).message}`);
      return {};
    }
  }

  private async attempt<T>(attempt: Attempt, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw explain(error, attempt, this.options.brokers);
    }
  }
}
