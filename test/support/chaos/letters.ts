import { expect } from '@jest/globals';
import type { DeadLetterDetailsDto, DeadLettersPageDto } from '@kadr/contracts';
import { call } from '../http.js';
import { eventually } from '../kadr.js';
import type { Poison } from './poison.js';
import { LIMIT_MS } from './world.js';
import type { World } from './world.js';

/** A header longer than that leaves a letter no room, and is cut. */
const MOST_TEXT = 1024 * 1024;

/** Where a poisonous message lies, and the groups that must have given it up. */
export interface Buried {
  poison: Poison;
  topic: string;
  partition: number;
  offset: number;
  groups: readonly string[];
}

/** Waits until there is a letter of each group for each message, and no other; each has the reason and the original bytes. */
export async function proveLetters(world: World, buried: readonly Buried[]): Promise<void> {
  const wanted = buried.reduce((sum, { groups }) => sum + groups.length, 0);
  const { body } = await eventually(
    () => call<DeadLettersPageDto>(`${world.url}/v1/dead-letters?limit=1000`),
    ({ body: { deadLetters } }) => deadLetters.length >= wanted,
    LIMIT_MS,
  ).catch(async () => call<DeadLettersPageDto>(`${world.url}/v1/dead-letters?limit=1000`));
  const places = body.deadLetters.map(({ topic, partition, offset, group }) =>
    [topic, partition, offset, group].join(),
  );
  const expected = buried.flatMap(({ topic, partition, offset, groups }) =>
    groups.map((group) => [topic, partition, offset, group].join()),
  );
  expect(places.sort()).toEqual(expected.sort());
  for (const letter of body.deadLetters) {
    const { poison } = buried.find(
      ({ topic, partition, offset }) =>
        topic === letter.topic && partition === letter.partition && String(offset) === letter.offset,
    )!;
    const { what, code, reason, message } = poison;
    expect([what, letter]).toEqual([what, expect.objectContaining({ code, reason: expect.stringContaining(reason) })]);
    await proveOriginal(world, letter.links, message);
  }
}

async function proveOriginal(
  { url }: World,
  links: DeadLetterDetailsDto['links'],
  { key = null, value, headers = {} }: Poison['message'],
): Promise<void> {
  const { body } = await call<DeadLetterDetailsDto>(url + links.self);
  expect(body.key).toBe(key);
  expect(Object.keys(body.headers).sort()).toEqual(Object.keys(headers).sort());
  for (const [name, text] of Object.entries(headers)) {
    const kept = String(text).length > MOST_TEXT ? String(text).slice(0, 1000) : String(text);
    expect([name, body.headers[name] === kept]).toEqual([name, true]);
  }
  if (links.value === null) return expect(value?.length ?? 0).toBe(0);
  const bytes = Buffer.from(await (await fetch(url + links.value)).arrayBuffer());
  expect(bytes.equals(value as Buffer)).toBe(true);
}
