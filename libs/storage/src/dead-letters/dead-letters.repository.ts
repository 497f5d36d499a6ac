import { sql } from 'kysely';
import { refuseCursor } from '../database/refuse-cursor.js';
import type { Database } from '../database/schema.js';
import { letterOf, rowOf } from './dead-letter-row.js';
import type { DeadLetter, DeadLetterFilter, DeadLetterPlace, NewDeadLetter } from './dead-letter.js';

/** A page's cursor is a place and not a row's id alone: the row may be removed between two pages. */
const CURSOR = /^(\d{4}-\d\d-\d\dT[\d:.]{8,12}Z)_([0-9a-f-]{36})$/;

/** Dead letters. The viewer adds and purges them; whoever replays or removes one by hand says so here, too. */
export class DeadLettersRepository {
  constructor(private readonly db: Database) {}

  /** Adds a letter; one that is there already stays as it is. */
  async add(letter: NewDeadLetter): Promise<void> {
    await this.db
      .insertInto('dead_letters')
      .values(rowOf(letter))
      .onConflict((conflict) => conflict.column('id').doNothing())
      .execute();
  }

  async get(id: string): Promise<DeadLetter | undefined> {
    const row = await this.db.selectFrom('dead_letters').selectAll().where('id', '=', id).executeTakeFirst();
    return row && letterOf(row);
  }

  /** Newest first. @throws AppError `invalid-request` when the cursor is none. */
  async page(
    filter: DeadLetterFilter,
    { cursor, limit }: { cursor?: string; limit: number },
  ): Promise<{ letters: DeadLetter[]; next: string | null }> {
    const after = cursor === undefined ? undefined : placeOf(cursor);
    const rows = await this.matching(filter)
      .$if(after !== undefined, (query) =>
        query.where((eb) => eb(eb.refTuple('happened_at', 'id'), '<', eb.tuple(after!.happenedAt, after!.id))),
      )
      .orderBy('happened_at', 'desc')
      .orderBy('id', 'desc')
      .limit(limit + 1)
      .execute();
    const letters = rows.slice(0, limit).map(letterOf);
    const last = letters.at(-1);
    return { letters, next: rows.length > limit && last ? `${last.happenedAt}_${last.id}` : null };
  }

  /** Oldest first, those after one place up to another: what has come meanwhile can be left out. */
  async between(
    filter: DeadLetterFilter,
    after: DeadLetterPlace | undefined,
    last: DeadLetterPlace,
    limit: number,
  ): Promise<DeadLetter[]> {
    const rows = await this.matching(filter)
      .where((eb) => eb(eb.refTuple('happened_at', 'id'), '<=', eb.tuple(last.happenedAt, last.id)))
      .$if(after !== undefined, (query) =>
        query.where((eb) => eb(eb.refTuple('happened_at', 'id'), '>', eb.tuple(after!.happenedAt, after!.id))),
      )
      .orderBy('happened_at')
      .orderBy('id')
      .limit(limit)
      .execute();
    return rows.map(letterOf);
  }

  /** Letters not yet replayed. */
  async waiting(): Promise<number> {
    const { waiting } = await this.db
      .selectFrom('dead_letters')
      .where('replayed_at', 'is', null)
      .select((eb) => eb.fn.countAll<number>().as('waiting'))
      .executeTakeFirstOrThrow();
    return waiting;
  }

  /** Notes that a letter was published again; the letter as it is then. */
  async markReplayed(id: string, at: string): Promise<DeadLetter | undefined> {
    const row = await this.db
      .updateTable('dead_letters')
      .set({ replayed_at: at, replays: sql<number>`replays + 1` })
      .where('id', '=', id)
      .returningAll()
      .executeTakeFirst();
    return row && letterOf(row);
  }

  /** Ids of letters given up before `time`, the oldest first. */
  async olderThan(time: string, limit: number): Promise<string[]> {
    const rows = await this.db
      .selectFrom('dead_letters')
      .select('id')
      .where('happened_at', '<', time)
      .orderBy('happened_at')
      .limit(limit)
      .execute();
    return rows.map(({ id }) => id);
  }

  /** Removes letters; those that are gone already are fine. Their blobs go first, or nobody knows of them any more. */
  async remove(...ids: string[]): Promise<void> {
    if (ids.length > 0) await this.db.deleteFrom('dead_letters').where('id', 'in', ids).execute();
  }

  private matching({ code, topic, replayed }: DeadLetterFilter) {
    return this.db
      .selectFrom('dead_letters')
      .selectAll()
      .$if(code !== undefined, (query) => query.where('code', '=', code!))
      .$if(topic !== undefined, (query) => query.where('topic', '=', topic!))
      .$if(replayed !== undefined, (query) => query.where('replayed_at', replayed ? 'is not' : 'is', null));
  }
}

function placeOf(cursor: string): DeadLetterPlace {
  const found = CURSOR.exec(cursor);
  if (!found) throw refuseCursor(cursor);
  return { happenedAt: found[1], id: found[2] };
}
