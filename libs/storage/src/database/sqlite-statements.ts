import type BetterSqlite3 from 'better-sqlite3';
import type { SqliteDatabase, SqliteStatement } from 'kysely';

/** Enough for every query of a steady state; the size of a batch is part of a query's text. */
const MOST = 512;

/** Keeps statements prepared: preparing costs more than most of our queries. Errors go through `explain`. */
export class SqliteStatements implements SqliteDatabase {
  private readonly statements = new Map<string, SqliteStatement>();

  constructor(
    private readonly database: BetterSqlite3.Database,
    private readonly explain: (error: unknown) => unknown,
  ) {}

  prepare(sql: string): SqliteStatement {
    const known = this.statements.get(sql);
    // Deleted and set again, the map's order is that of use.
    this.statements.delete(sql);
    const statement = known ?? this.explained(this.database.prepare(sql));
    this.statements.set(sql, statement);
    if (this.statements.size > MOST) this.statements.delete(this.statements.keys().next().value!);
    return statement;
  }

  close(): void {
    this.database.close();
  }

  private explained(statement: BetterSqlite3.Statement): SqliteStatement {
    const attempt = <T>(work: () => T): T => {
      try {
        return work();
      } catch (error) {
        throw this.explain(error);
      }
    };
    return {
      reader: statement.reader,
      all: (parameters) => attempt(() => statement.all(...parameters)),
      run: (parameters) => attempt(() => statement.run(...parameters)),
      iterate: (parameters) => attempt(() => statement.iterate(...parameters)),
    };
  }
}
