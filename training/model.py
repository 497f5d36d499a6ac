"""A small box-to-mask network: MobileNetV2 features of the SSDLite detector, a light top-down decoder.

Input  [n,3,160,160] RGB scaled to [-1,1]: the box widened by MARGIN on each side, squeezed to a square.
Output [n,1,80,80] mask logits over the same window.
"""
import re

import onnx
import torch
import torch.nn as nn
import torch.nn.functional as F
from onnx import numpy_helper

SIZE, MARGIN = 160, 0.125
PREFIX = "FeatureExtractor/MobilenetV2/"


def same_conv(x, weight, bias, stride=1, groups=1):
    """TensorFlow's SAME padding: for stride 2 on even sizes, one row below and one column right."""
    x, pad = (F.pad(x, (0, 1, 0, 1)), 0) if stride == 2 else (x, 1)
    return F.conv2d(x, weight, bias, stride, pad, 1, groups)


class Bottleneck(nn.Module):
    def __init__(self, take, index, stride, residual):
        super().__init__()
        name = "expanded_conv" + (f"_{index}" if index else "")
        self.stride, self.residual, self.expands = stride, residual, index > 0
        if self.expands:
            self.we, self.be = take(f"{name}/expand")
        self.wd, self.bd = take(f"{name}/depthwise")
        self.groups = int(self.wd.shape[0])
        self.wp, self.bp = take(f"{name}/project")

    def forward(self, x):
        y = F.relu6(F.conv2d(x, self.we, self.be)) if self.expands else x
        y = F.relu6(same_conv(y, self.wd, self.bd, self.stride, self.groups))
        y = F.conv2d(y, self.wp, self.bp)
        return x + y if self.residual else y


class Encoder(nn.Module):
    STRIDES = {1: 2, 3: 2, 6: 2, 13: 2}
    PLAIN = {0, 1, 3, 6, 10, 13}
    TAPS = (0, 2, 5, 12, 15)

    def __init__(self, ssd_path):
        super().__init__()
        init = {i.name: numpy_helper.to_array(i) for i in onnx.load(ssd_path).graph.initializer}

        def take(layer):
            """Kernel and bias of a convolution, its batch norm folded in."""
            found = []
            for part in ("kernel", "bias"):
                hit = [k for k in init if re.search(f"{PREFIX}{layer}/BatchNorm/.*/{part}$", k)]
                assert len(hit) == 1, (layer, part, hit)
                found.append(nn.Parameter(torch.from_numpy(init[hit[0]].copy())))
            return found

        self.w0, self.b0 = take("Conv")
        self.blocks = nn.ModuleList(Bottleneck(take, i, self.STRIDES.get(i, 1), i not in self.PLAIN) for i in range(16))

    def forward(self, x):
        x = F.relu6(same_conv(x, self.w0, self.b0, 2))
        taps = []
        for i, block in enumerate(self.blocks):
            x = block(x)
            if i in self.TAPS:
                taps.append(x)
        return taps


class Separable(nn.Sequential):
    def __init__(self, cin, cout):
        super().__init__(
            nn.Conv2d(cin, cin, 3, padding=1, groups=cin, bias=False), nn.BatchNorm2d(cin), nn.ReLU(True),
            nn.Conv2d(cin, cout, 1, bias=False), nn.BatchNorm2d(cout), nn.ReLU(True))


class BoxToMask(nn.Module):
    WIDTHS = (24, 32, 48, 64, 96)
    CHANNELS = (16, 24, 32, 96, 160)

    def __init__(self, ssd_path):
        super().__init__()
        self.encoder = Encoder(ssd_path)
        self.lateral = nn.ModuleList(nn.Sequential(nn.Conv2d(c, w, 1, bias=False), nn.BatchNorm2d(w), nn.ReLU(True)) for c, w in zip(self.CHANNELS, self.WIDTHS))
        self.top = Separable(96, 96)
        self.merge = nn.ModuleList(nn.Sequential(Separable(w, w), Separable(w, w)) for w in self.WIDTHS[:4])
        self.reduce = nn.ModuleList(nn.Sequential(nn.Conv2d(a, b, 1, bias=False), nn.BatchNorm2d(b)) for a, b in zip(self.WIDTHS[1:], self.WIDTHS[:4]))
        self.head = nn.Conv2d(self.WIDTHS[0], 1, 3, padding=1)

    def forward(self, x):
        taps = [l(t) for l, t in zip(self.lateral, self.encoder(x))]
        y = self.top(taps[4])
        for i in (3, 2, 1, 0):
            y = F.interpolate(self.reduce[i](y), scale_factor=2.0, mode="bilinear", align_corners=False)
            y = self.merge[i](F.relu(y + taps[i]))
        return self.head(y)


def window(box):
    """x, y, w, h of the box widened by MARGIN on each side (it may leave the picture)."""
    x, y, w, h = box
    return x - w * MARGIN, y - h * MARGIN, w * (1 + 2 * MARGIN), h * (1 + 2 * MARGIN)
