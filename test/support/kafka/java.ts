import { execFile, execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const POM = join(import.meta.dirname, 'pom.xml');
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

/** The `java` to use, if it is 17 or newer. */
export function findJava(): string | undefined {
  const home = process.env.JAVA_HOME;
  const java = home ? join(home, 'bin', 'java') : 'java';
  const { stderr, status } = spawnSync(java, ['-version'], { encoding: 'utf8' });
  if (status !== 0) return undefined;
  return Number(/version "(\d+)/.exec(stderr)?.[1]) >= 17 ? java : undefined;
}

/** True when Kafka's jars are in the cache, or Maven is there to fetch them. */
export function canHaveJars(): boolean {
  if (existsSync(jarFolder())) return true;
  return (process.env.PATH ?? '').split(delimiter).some((folder) => existsSync(join(folder, 'mvn')));
}

/** The version that pom.xml pins. */
export function kafkaVersion(): string {
  return /<kafka\.version>([^<]+)</.exec(readFileSync(POM, 'utf8'))![1];
}

/** Fetches the jars, once for each machine. @throws when Maven cannot. */
export async function prepareJava(java: string): Promise<JavaKafka> {
  await fetchJars();
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
    archive: join(cacheFolder(), `classes-${stamp}.jsa`),
  };
}

function cacheFolder(): string {
  return join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'kadr-tests', `kafka-${kafkaVersion()}`);
}

function jarFolder(): string {
  return join(cacheFolder(), 'lib');
}

/** Into a folder of its own first, so that two runs may race. */
async function fetchJars(): Promise<void> {
  const target = jarFolder();
  if (existsSync(target)) return;
  await mkdir(cacheFolder(), { recursive: true });
  const staging = await mkdtemp(join(cacheFolder(), 'lib-'));
  const goal = ['dependency:copy-dependencies', '-DincludeScope=runtime', `-DoutputDirectory=${staging}`];
  try {
    await run('mvn', ['-B', '-q', '-Dstyle.color=never', '-f', POM, ...goal], { maxBuffer: 64 << 20 });
    await chmod(staging, 0o755);
    await rename(staging, target);
  } catch (error) {
    await rm(staging, { recursive: true, force: true });
    if (existsSync(target)) return;
    throw new Error(`Maven could not fetch Apache Kafka ${kafkaVersion()}: ${lastLines(error)}`, { cause: error });
  }
}

/** The end of what a program said that failed. */
export function lastLines(error: unknown, lines = 20): string {
  const { stdout = '', stderr = '', message } = error as { stdout?: string; stderr?: string; message: string };
  return (stdout + stderr || message).trimEnd().split('\n').slice(-lines).join('\n');
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
