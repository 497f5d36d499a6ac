/** Bytes of weights fetched so far, of all that must be. */
export type OnProgress = (received: number, total: number) => void;

/** How weights are fetched: who watches, and who may stop it. */
export interface FetchWeights {
  onProgress?: OnProgress;
  signal?: AbortSignal;
  /** Told of a cached file that was altered or cut short, before it is fetched or made again. */
  onRepair?: (message: string) => void;
}

/** Absolute paths of a single-shot detector ready to load. */
export interface DetectorFiles {
  /** ONNX: `images` float32 [n,3,height,width] → `boxes` [n,anchors,4] codes y,x,h,w, `scores` [n,anchors,columns]. */
  network: string;
  /** float32, little-endian, anchors × 4: ymin, xmin, ymax, xmax as fractions of the picture. */
  anchors: string;
}

/** Absolute paths of all that a model needs to load. */
export interface PreparedModel {
  /** The detector: of a pipeline its first model's. */
  detector: DetectorFiles;
  /** The weights of model.json by name: `masks` of box-to-mask, `encoder` and `decoder` of mobile-sam. */
  files: Record<string, string>;
}
