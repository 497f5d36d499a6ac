/** What a source is. A camera's frames and a job's are kept in history; a request's are counted only. */
export type SourceKind = 'job' | 'camera' | 'request';

/** A source of frames, as results name it. */
export interface SourceRef {
  kind: SourceKind;
  id: string;
}

/** `job:0190…`, the form in headers, keys and the ledger. */
export function formatSource(source: SourceRef): string {
  return `${source.kind}:${source.id}`;
}

/** The reverse of {@link formatSource}; `undefined` when `text` is not a source. */
export function parseSource(text: string): SourceRef | undefined {
  const found = /^(job|camera|request):(.{1,200})$/.exec(text);
  return found ? { kind: found[1] as SourceKind, id: found[2] } : undefined;
}
