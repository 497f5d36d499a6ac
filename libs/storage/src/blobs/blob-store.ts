import type { Readable } from 'node:stream';

/**
 * Bytes by key. A key is one or more parts joined by `/`, each of letters, digits and `._-` and not beginning with a
 * dot; any other is refused with an AppError `internal`. A full store refuses with `storage-full`, one that cannot be
 * reached with `storage-unavailable` (both away).
 */
export abstract class BlobStore {
  /** Stores `data`, whole or not at all; what the key held before is replaced. */
  abstract put(key: string, data: Uint8Array): Promise<void>;
  /** Stores the file at `path`, which is moved away from there. */
  abstract putFile(key: string, path: string): Promise<void>;
  /** @throws AppError `blob-missing` (not-found) */
  abstract get(key: string): Promise<Buffer>;
  /** The bytes as a stream and how many they are. @throws AppError `blob-missing` (not-found) */
  abstract stream(key: string): Promise<{ stream: Readable; size: number }>;
  abstract exists(key: string): Promise<boolean>;
  /** Removes a blob; one that is not there is fine. */
  abstract remove(key: string): Promise<void>;
  /** Removes every blob whose key begins with the parts of `prefix`. */
  abstract removeAll(prefix: string): Promise<void>;
  /** Removes the blobs under `prefix` that were stored more than `ms` milliseconds ago; how many. */
  abstract removeOlderThan(prefix: string, ms: number): Promise<number>;
}
