/** A message in a partition. */
export interface LogRecord {
  offset: number;
  timestamp: number;
  key: string | null;
  headers: Readonly<Record<string, string>>;
  value: Buffer | null;
}
