/** A file as it was uploaded, on disk. */
export interface UploadedFile {
  /** As the sender calls it, without folders; for people only, never a path. */
  name: string;
  path: string;
}

/** What a request brought: files with form fields, or a JSON object. */
export type Upload =
  | { kind: 'files'; files: UploadedFile[]; fields: Record<string, unknown> }
  | { kind: 'json'; fields: Record<string, unknown> };

const MAX_NAME = 200;

/** A sender's file name without folders and control characters; `picture` when nothing is left. */
export function plainName(name: string): string {
  const last = name.split(/[\\/]/).at(-1) ?? '';
  return (
    last
      .replaceAll(/[\p{Cc}\p{Cf}]/gu, '')
      .trim()
      .slice(0, MAX_NAME) || 'picture'
  );
}
