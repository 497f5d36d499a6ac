import { Logger } from '@nestjs/common';
import kafkajs from 'kafkajs';
import type { LogEntry, logCreator } from 'kafkajs';

const { logLevel } = kafkajs;

/** What kafkajs says at level error while it is still trying, or of what is told elsewhere in our own words. */
const CHATTER = [
  /^Connection (error|timeout)/,
  /^Response /,
  /^Failed to connect/,
  /^Failed to send messages/,
  /^Crash:/,
  /^\[?.*coordinator is not aware/i,
  /rebalanc/i,
];

/** kafkajs in our log: errors as warnings, since what they lead to is told by who called; the rest for debugging. */
export const kafkaLog: logCreator = () => {
  const logger = new Logger('Kafka');
  return ({ namespace, level, log }: LogEntry) => {
    const { message, groupId, topic, broker, error } = log as LogEntry['log'] & Record<string, unknown>;
    const facts = { groupId, topic, broker, error: typeof error === 'string' ? error : undefined };
    const known = Object.entries(facts).filter(([, value]) => value !== undefined && value !== message);
    const text = [`${namespace}: ${message}`, ...known.map(([name, value]) => `${name}=${String(value)}`)].join(' ');
    const chatter = CHATTER.some((pattern) => pattern.test(message));
    if (level <= logLevel.ERROR && !chatter) logger.warn(text);
    else logger.debug(text);
  };
};
