import { sql } from 'kysely';
import type { Kysely, Migration } from 'kysely';

/** The table of dead letters. A migration never changes once released, so it names columns itself. */
export const deadLetters: Migration = {
  async up({ schema }: Kysely<unknown>): Promise<void> {
    await schema
      .createTable('dead_letters')
      .addColumn('id', 'text', (column) => column.primaryKey())
      .addColumn('topic', 'text')
      .addColumn('partition', 'integer')
      .addColumn('offset', 'text')
      .addColumn('group', 'text')
      .addColumn('key', 'text', (column) => column.notNull())
      .addColumn('headers', 'text', (column) => column.notNull())
      .addColumn('size', 'bigint')
      .addColumn('content_type', 'text')
      .addColumn('code', 'text', (column) => column.notNull())
      .addColumn('reason', 'text', (column) => column.notNull())
      .addColumn('attempts', 'integer', (column) => column.notNull())
      .addColumn('source', 'text')
      .addColumn('sequence', 'bigint')
      .addColumn('happened_at', 'text', (column) => column.notNull())
      .addColumn('replayed_at', 'text')
      .addColumn('replays', 'integer', (column) => column.notNull().defaultTo(0))
      .execute();
    await schema.createIndex('dead_letters_happened_at').on('dead_letters').columns(['happened_at', 'id']).execute();
    await schema
      .createIndex('dead_letters_waiting')
      .on('dead_letters')
      .columns(['happened_at', 'id'])
      .where(sql.ref('replayed_at'), 'is', null)
      .execute();
  },
};
