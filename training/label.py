"""label.py DETECTOR.onnx ANCHORS.f32 SAM_ENCODER.onnx SAM_DECODER.onnx PICTURES.txt OUT_DIR [GRID]: pseudo labels by MobileSAM.

For each picture listed: a mask for each box that the detector finds, and, with GRID > 0, for each point of a
GRID x GRID raster that no mask covers yet. Writes OUT_DIR/<n>.jpg (longest side <= 1024) and <n>.json
(a list of COCO RLE masks with their source, `box` or `point`, and SAM's own IoU estimate).
"""
import json
import os
import sys

import cv2
import numpy as np
import onnxruntime as ort
from pycocotools import mask as rle

MEAN = np.array([123.675, 116.28, 103.53], np.float32)
STD = np.array([58.395, 57.12, 57.375], np.float32)
LEAST_AREA, MOST_PART = 400, 0.7
LEAST_IOU = {"box": 0.8, "point": 0.9}


class Detector:
    def __init__(self, model, anchors):
        self.session = ort.InferenceSession(model)
        self.anchors = np.fromfile(anchors, "<f4").reshape(-1, 4)

    def boxes(self, rgb, threshold=0.3):
        height, width = rgb.shape[:2]
        x = (cv2.resize(rgb, (300, 300)).astype(np.float32) * 2 / 255 - 1).transpose(2, 0, 1)
        codes, scores = self.session.run(["boxes", "scores"], {"images": x[None]})
        codes, scores, a = codes.reshape(-1, 4), scores[0, :, 1:].max(1), self.anchors
        ah, aw = a[:, 2] - a[:, 0], a[:, 3] - a[:, 1]
        cy, cx = codes[:, 0] / 10 * ah + a[:, 0] + ah / 2, codes[:, 1] / 10 * aw + a[:, 1] + aw / 2
        h, w = np.exp(codes[:, 2] / 5) * ah, np.exp(codes[:, 3] / 5) * aw
        found = np.stack([cx - w / 2, cy - h / 2, w, h], 1) * [width, height, width, height]
        keep = cv2.dnn.NMSBoxes(found.tolist(), scores.tolist(), threshold, 0.5)
        return [found[i] for i in np.array(keep).ravel()]


class Sam:
    def __init__(self, encoder, decoder):
        self.encoder, self.decoder = ort.InferenceSession(encoder), ort.InferenceSession(decoder)

    def look(self, rgb):
        self.shape = rgb.shape[:2]
        self.scale = 1024 / max(self.shape)
        h, w = (round(s * self.scale) for s in self.shape)
        x = np.zeros((1, 3, 1024, 1024), np.float32)
        x[0, :, :h, :w] = ((cv2.resize(rgb, (w, h)).astype(np.float32) - MEAN) / STD).transpose(2, 0, 1)
        self.embedding = self.encoder.run(None, {"input": x})[0]

    def mask(self, points, labels):
        """points [n,2] in picture pixels; labels 1 a point, 2 and 3 a box's corners, -1 padding."""
        out = self.decoder.run(["masks", "iou_predictions"], {
            "image_embeddings": self.embedding,
            "point_coords": np.array([points], np.float32) * self.scale,
            "point_labels": np.array([labels], np.float32),
            "mask_input": np.zeros((1, 1, 256, 256), np.float32),
            "has_mask_input": np.zeros(1, np.float32),
            "orig_im_size": np.array(self.shape, np.float32)})
        return (out[0][0, 0] > 0).astype(np.uint8), float(out[1].ravel()[0])


class Labels:
    def __init__(self):
        self.items = []

    def add(self, mask, iou, source):
        area = int(mask.sum())
        if iou < LEAST_IOU[source] or not LEAST_AREA <= area <= MOST_PART * mask.size:
            return
        _, parts, stats, _ = cv2.connectedComponentsWithStats(mask)
        largest = 1 + int(stats[1:, cv2.CC_STAT_AREA].argmax())
        if stats[largest, cv2.CC_STAT_AREA] < 0.9 * area:
            return
        code = rle.encode(np.asfortranarray((parts == largest).astype(np.uint8)))
        known = [i["code"] for i in self.items]
        if known and rle.iou([code], known, [0] * len(known)).max() > 0.7:
            return
        self.items.append({"code": code, "src": source, "iou": iou})

    def covers(self, x, y):
        return any(rle.decode(i["code"])[int(y), int(x)] for i in self.items)

    def plain(self):
        return [{"size": i["code"]["size"], "counts": i["code"]["counts"].decode(), "src": i["src"], "iou": i["iou"]} for i in self.items]


def label(picture, detector, sam, grid):
    rgb = np.ascontiguousarray(picture[..., ::-1])
    sam.look(rgb)
    labels = Labels()
    for x, y, w, h in detector.boxes(rgb):
        labels.add(*sam.mask([[x, y], [x + w, y + h]], [2, 3]), "box")
    height, width = rgb.shape[:2]
    for i in range(grid * grid):
        point = (i % grid + 0.5) * width / grid, (i // grid + 0.5) * height / grid
        if not labels.covers(*point):
            labels.add(*sam.mask([point, (0, 0)], [1, -1]), "point")
    return labels.plain()


def main():
    detector_path, anchors, encoder, decoder, listing, out = sys.argv[1:7]
    grid = int(sys.argv[7]) if len(sys.argv) > 7 else 0
    detector, sam = Detector(detector_path, anchors), Sam(encoder, decoder)
    os.makedirs(out, exist_ok=True)
    for n, path in enumerate(open(listing).read().split("\n")):
        picture = cv2.imread(path)
        shrink = min(1, 1024 / max(picture.shape[:2]))
        picture = cv2.resize(picture, None, fx=shrink, fy=shrink, interpolation=cv2.INTER_AREA) if shrink < 1 else picture
        found = label(picture, detector, sam, grid)
        if found:
            cv2.imwrite(f"{out}/{n:05d}.jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, 92])
            json.dump(found, open(f"{out}/{n:05d}.json", "w"))
        print(n, path, len(found), flush=True)


if __name__ == "__main__":
    main()
