import type { WeightSource } from './weight-source.js';

/** One file of weights with all that fetching it needs. */
export interface WantedFile {
  /** As in model.json. */
  source: string;
  sha256: string;
  /** 0 when model.json does not say. */
  bytes: number;
  origin: WeightSource;
  /** Absolute path where it belongs. */
  target: string;
  /** The digest of the file that is there, when it is not the wanted one. */
  found?: string;
}
