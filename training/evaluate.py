"""evaluate.py DETECTOR.onnx MODEL.pt [EXPORT.onnx]: mask IoU with MobileSAM's masks in the fixtures, for objects of score >= 0.5."""
import glob
import json
import os
import sys

import cv2
import numpy as np
import torch
from pycocotools import mask as rle

from data import warp
from model import SIZE, BoxToMask, window

FIXTURES = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", "test", "fixtures"))
NOT_AN_OBJECT = {"dining table"}


def picture_mask(logits, win, shape):
    """Logits over the window [s,s], back to picture pixels, cut at 0: a boolean mask of `shape`."""
    x, y, w, h = win
    size = logits.shape[0]
    columns = ((np.arange(shape[1]) + 0.5 - x) * size / w - 0.5).astype(np.float32)
    rows = ((np.arange(shape[0]) + 0.5 - y) * size / h - 0.5).astype(np.float32)
    map_x, map_y = np.meshgrid(columns, rows)
    return cv2.remap(logits, map_x, map_y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT, borderValue=-20) > 0


def masks_of(net, picture, box):
    win = window(box)
    x = warp(picture, win, cv2.INTER_LINEAR)[..., ::-1].astype(np.float32) * (2 / 255) - 1
    with torch.no_grad():
        logits = net(torch.from_numpy(np.ascontiguousarray(x.transpose(2, 0, 1)[None])))[0, 0].numpy()
    return picture_mask(logits, win, picture.shape[:2]), win


def inside(win, shape):
    """What the network could see: IoU is taken there, since a loose box cuts the object off."""
    seen = np.zeros(shape, bool)
    x, y, w, h = win
    seen[max(0, int(y)):int(y + h) + 1, max(0, int(x)):int(x + w) + 1] = True
    return seen


def main():
    net = BoxToMask(sys.argv[1])
    net.load_state_dict(torch.load(sys.argv[2])["model"])
    net.eval()
    scores = []
    for path in sorted(glob.glob(f"{FIXTURES}/golden/objects-fine/*.json")):
        name = os.path.basename(path)[:-5]
        picture = cv2.imread(glob.glob(f"{FIXTURES}/{name}.*")[0])
        for o in json.load(open(path))["objects"]:
            if o["score"] < 0.5 or o["label"] in NOT_AN_OBJECT:
                continue
            got, win = masks_of(net, picture, [o["box"][k] for k in ("x", "y", "width", "height")])
            want = rle.decode({"size": o["mask"]["size"], "counts": o["mask"]["counts"].encode()}) > 0
            scores.append((got & want).sum() / max(1, ((got | want) & inside(win, want.shape)).sum()))
            print(f"{name:12} {o['label']:12} IoU {scores[-1]:.3f}")
    print(f"mean {np.mean(scores):.3f} of {len(scores)}")
    if len(sys.argv) > 3:
        batch = {0: "n"}
        torch.onnx.export(net, torch.zeros(1, 3, SIZE, SIZE), sys.argv[3], opset_version=17, dynamo=False,
                          input_names=["windows"], output_names=["logits"], dynamic_axes={"windows": batch, "logits": batch})


if __name__ == "__main__":
    main()
