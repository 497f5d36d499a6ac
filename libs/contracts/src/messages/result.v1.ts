import { ApiExtraModels, ApiProperty, ApiPropertyOptional, getSchemaPath } from '@nestjs/swagger';
import type { SourceKind } from './source.js';

/** A box in pixels of the upright picture. */
export class BoxV1 {
  @ApiProperty({ example: 12.5 }) x: number;
  @ApiProperty({ example: 40 }) y: number;
  @ApiProperty({ example: 80 }) width: number;
  @ApiProperty({ example: 200 }) height: number;
}

/** COCO compressed RLE, byte for byte what `pycocotools.mask.encode` gives; `size` is [height, width]. */
export class RleMaskV1 {
  @ApiProperty({ example: [720, 1280], type: [Number] }) size: [number, number];
  @ApiProperty({ example: 'deS2>l;>E8H6I8H7K5K4M4L4K5L3M5J5' }) counts: string;
}

/** The outlines of a mask, each `[x, y, x, y, …]` in pixels. */
export class PolygonMaskV1 {
  @ApiProperty({
    example: [[12.5, 40, 92, 40, 92, 240]],
    type: 'array',
    items: { type: 'array', items: { type: 'number' } },
  })
  polygons: number[][];
}

/** One thing found in a picture. */
@ApiExtraModels(RleMaskV1, PolygonMaskV1)
export class ObjectV1 {
  @ApiProperty({ example: 'person' }) label: string;
  @ApiProperty({ example: 0, description: "Index in the model's list of labels." }) classId: number;
  @ApiProperty({ example: 0.93, minimum: 0, maximum: 1 }) score: number;
  @ApiProperty({ type: BoxV1 }) box: BoxV1;
  @ApiPropertyOptional({
    description: 'RLE, or polygons with `masks=polygon`.',
    oneOf: [{ $ref: getSchemaPath(RleMaskV1) }, { $ref: getSchemaPath(PolygonMaskV1) }],
  })
  mask?: RleMaskV1 | PolygonMaskV1;
  @ApiPropertyOptional({ example: 7 }) trackId?: number;
}

export class SourceV1 {
  @ApiProperty({ enum: ['job', 'camera', 'request'] }) kind: SourceKind;
  @ApiProperty({ example: '019302a4-8d5e-7cc3-9a5d-1f2e3d4c5b6a' }) id: string;
}

/** A model's id and the sha256 over its weights. */
export class ModelRefV1 {
  @ApiProperty({ example: 'objects' }) id: string;
  @ApiProperty({ example: 'sha256:5f6c…' }) digest: string;
}

export class SizeV1 {
  @ApiProperty({ example: 1280 }) width: number;
  @ApiProperty({ example: 720 }) height: number;
}

/** Where the time went, in milliseconds; `queueMs` is what the frame waited on the bus. */
export class TimingsV1 {
  @ApiProperty({ example: 3.1 }) queueMs: number;
  @ApiProperty({ example: 8 }) decodeMs: number;
  @ApiProperty({ example: 41.2 }) inferenceMs: number;
  @ApiProperty({ example: 2.2 }) postprocessMs: number;
  @ApiProperty({ example: 9.9 }) drawMs: number;
}

/** What a model made of one frame. */
export class ResultV1 {
  @ApiProperty({ example: '019302a4-8d5e-7cc3-9a5d-1f2e3d4c5b6b' }) id: string;
  @ApiProperty({ type: SourceV1 }) source: SourceV1;
  @ApiProperty({ example: 0 }) sequence: number;
  @ApiProperty({ type: ModelRefV1 }) model: ModelRefV1;
  @ApiProperty({ type: SizeV1 }) image: SizeV1;
  @ApiProperty({ type: [ObjectV1] }) objects: ObjectV1[];
  @ApiProperty({ example: '2026-11-22T10:00:00.000Z' }) capturedAt: string;
  @ApiProperty({ type: TimingsV1 }) timings: TimingsV1;
}
