import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { AppError } from '@kadr/errors';

const SCHEMA_VERSION = 1;

const SCHEMA = `
  CREATE TABLE topic (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, partitions INTEGER NOT NULL) STRICT;
  CREATE TABLE partition (
    topic INTEGER NOT NULL, partition INTEGER NOT NULL, next INTEGER NOT NULL, PRIMARY KEY (topic, partition)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE message (
    topic INTEGER NOT NULL, partition INTEGER NOT NULL, offset INTEGER NOT NULL, timestamp INTEGER NOT NULL,
    key TEXT, claim TEXT, headers TEXT NOT NULL, value BLOB
  ) STRICT;
  CREATE UNIQUE INDEX message_place ON message (topic, partition, offset);
  CREATE INDEX message_claim ON message (claim) WHERE claim IS NOT NULL;
  CREATE TABLE group_offset (
    topic INTEGER NOT NULL, name TEXT NOT NULL, partition INTEGER NOT NULL, offset INTEGER NOT NULL,
    seen INTEGER NOT NULL, PRIMARY KEY (topic, name, partition)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE claim (key TEXT PRIMARY KEY, expires INTEGER NOT NULL) STRICT, WITHOUT ROWID;
  PRAGMA user_version = ${SCHEMA_VERSION};
`;

/**
 * Opens `bus.db` in `dataDir`, for this process alone: SQLite's exclusive lock keeps others out, and the kernel gives
 * it back however the process ends. Checkpoints are left at SQLite's 1000 pages: at 70 messages of 150 KB a second they
 * hold the event loop for about 20 ms each; larger ones come less often but hold it for longer.
 * @throws AppError naming the file and what to do when it is in use, damaged, of a newer version or not writable.
 */
export function openDatabase(dataDir: string): Database.Database {
  const file = join(dataDir, 'bus.db');
  let db: Database.Database | undefined;
  try {
    mkdirSync(dataDir, { recursive: true });
    db = new Database(file, { timeout: 0 });
    db.pragma('locking_mode = EXCLUSIVE');
    db.pragma('journal_mode = WAL');
    db.pragma('synchronous = NORMAL');
    migrate(db, file);
    return db;
  } catch (error) {
    db?.close();
    throw explainOpening(file, error);
  }
}

function migrate(db: Database.Database, file: string): void {
  // An immediate transaction takes the lock now, not at the first write.
  db.transaction(() => {
    const version = db.pragma('user_version', { simple: true });
    if (version === SCHEMA_VERSION) return;
    if (version !== 0) {
      const message = `"${file}" has version ${String(version)}, this Kadr knows ${SCHEMA_VERSION}: start the Kadr that wrote it.`;
      throw new AppError('internal', 'bus-unavailable', message);
    }
    db.exec(SCHEMA);
  }).immediate();
}

function explainOpening(file: string, error: unknown): unknown {
  if (error instanceof AppError) return error;
  const code = (error as { code?: string }).code ?? '';
  const reason = (error as Error).message;
  const advice = openingAdvice(code);
  return new AppError('unavailable', 'bus-unavailable', `The bus cannot open "${file}" (${reason}): ${advice}`, {
    cause: error,
  });
}

function openingAdvice(code: string): string {
  if (code.startsWith('SQLITE_BUSY')) return 'another Kadr runs on this DATA_DIR. Stop it, or choose another DATA_DIR.';
  if (code.startsWith('SQLITE_NOTADB') || code.startsWith('SQLITE_CORRUPT')) {
    return 'the file is damaged. Restore it from a backup, or move it away to start with an empty bus; unfinished jobs are then lost.';
  }
  if (code.startsWith('SQLITE_FULL') || code === 'ENOSPC') return 'the disk is full. Free some space and start again.';
  return 'check that DATA_DIR is a folder this user may write to, and that its disk works.';
}

/** An error of SQLite while the bus runs. */
export function explainWriting(error: unknown): AppError {
  const { code = '', message } = error as { code?: string; message: string };
  const full = code.startsWith('SQLITE_FULL');
  const text = full
    ? 'The disk of DATA_DIR is full, the bus cannot keep messages: free some space.'
    : `The bus cannot use its database (${message}): check the disk of DATA_DIR.`;
  return new AppError('away', full ? 'storage-full' : 'bus-unavailable', text, { cause: error });
}
