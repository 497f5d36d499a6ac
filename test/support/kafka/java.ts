import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { cacheFolder, canHaveJars, fetchJars, lastLines, propertyOf } from '../java.js';
import { ROOT } from '../root.js';

const POM = join(ROOT, 'test/support/kafka/pom.xml');
const DEFAULT_FLAGS = ['-Xmx512m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1'];

/** What starts a JVM with Kafka in it. */
export interface JavaKafka {
  java: string;
  version: string;
  classpath: string;
  /** JVM flags. */
  flags: string[];
  /** Where the archive of parsed classes is, or will be: one for each Java. */
  archive: string;
}

/** True when Kafka's jars are in the cache, or Maven is there to fetch them. */
export function canHaveKafka(): boolean {
  return canHaveJars(jarFolder());
}

/** The version that pom.xml pins. */
export function kafkaVersion(): string {
  return propertyOf(POM, 'kafka.version');
}

/** Fetches the jars, once for each machine. @throws when Maven cannot. */
export async function prepareJava(java: string): Promise<JavaKafka> {
  await fetchJars(POM, jarFolder());
  const banner = spawnSync(java, ['-version'], { encoding: 'utf8' }).stderr;
  const stamp = createHash('sha256').update(banner).digest('hex').slice(0, 12);
  const jars = readdirSync(jarFolder()).filter((name) => name.endsWith('.jar'));
  return {
    java,
    version: kafkaVersion(),
    classpath: jars
      .sort()
      .map((name) => join(jarFolder(), name))
      .join(delimiter),
    flags: process.env.KAFKA_JVM_OPTS?.trim().split(/\s+/) ?? DEFAULT_FLAGS,
    archive: join(kafkaFolder(), `classes-${stamp}.jsa`),
  };
}

function kafkaFolder(): string {
  return cacheFolder(`kafka-${kafkaVersion()}`);
}

function jarFolder(): string {
  return join(kafkaFolder(), 'lib');
}

/** Formats a node's storage. `more`: further arguments of `kafka-storage format`. */
export function formatStorage(kafka: JavaKafka, clusterId: string, properties: string, more: string[]): void {
  const tool = ['kafka.tools.StorageTool', 'format', '-t', clusterId, '-c', properties, ...more];
  const quiet = '-Dorg.slf4j.simpleLogger.defaultLogLevel=error';
  try {
    execFileSync(kafka.java, [...kafka.flags, ...sharedClasses(kafka), quiet, '-cp', kafka.classpath, ...tool], {
      encoding: 'utf8',
      stdio: 'pipe',
    });
  } catch (error) {
    throw new Error(`Kafka's storage could not be formatted: ${lastLines(error)}`, { cause: error });
  }
}

/** With the archive of parsed classes a broker starts in half the time. */
export function sharedClasses({ archive }: JavaKafka): string[] {
  if (!existsSync(archive)) return [];
  return [`-XX:SharedArchiveFile=${archive}`, '-Xshare:auto', '-Xlog:disable', '-Xlog:all=error:stderr'];
}
