import { createHash } from 'node:crypto';
import type { BoxToMaskFile, MobileSamFile, SsdFile } from './model-file.js';

/** What an entry of the catalogue has beside its model.json. */
interface Resolved {
  /** Absolute path of the folder of model.json. */
  folder: string;
  /** The names of the classes, in order of `classId`; of the detector for a pipeline. */
  labels: string[];
  /** Least score when a request names none; of the detector for a pipeline. */
  threshold: number;
}

/** A single-shot detector with anchors. */
export type SsdSpec = Omit<SsdFile, 'labels'> & Resolved;
/** A detector, then a small network that turns each box into a mask. */
export type BoxToMaskSpec = BoxToMaskFile & Resolved & { detector: SsdSpec };
/** A detector, then MobileSAM prompted with each box. */
export type MobileSamSpec = MobileSamFile & Resolved & { detector: SsdSpec };
/** An entry of the catalogue. Tell them apart by `family`. */
export type ModelSpec = SsdSpec | BoxToMaskSpec | MobileSamSpec;

/** The detector that a pipeline starts with, if it is one. */
function detectorOf(spec: ModelSpec): SsdSpec | undefined {
  return 'detector' in spec ? spec.detector : undefined;
}

/** Size of what the first network of a model sees. */
export function inputOf(spec: ModelSpec): { width: number; height: number } {
  return (detectorOf(spec) ?? spec).input;
}

/** `sha256:` over the digests of all weights, the detector's included: it changes when any weight does. */
export function modelDigest(spec: ModelSpec): string {
  const hash = createHash('sha256');
  for (const part of [spec, detectorOf(spec)]) {
    if (!part) continue;
    const lines = Object.entries(part.weights).map(([name, weight]) => `${part.id}/${name} ${weight.sha256}\n`);
    for (const line of lines.sort()) hash.update(line);
  }
  return `sha256:${hash.digest('hex')}`;
}
