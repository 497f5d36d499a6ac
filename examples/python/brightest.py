"""The model that worker.py serves: it finds where a picture is brightest. Put yours in its place."""
import hashlib
import io
import json
import time
import uuid
from pathlib import Path

from PIL import Image

from kadr import is_over

GRID = 8
DIGEST = "sha256:" + hashlib.sha256(Path(__file__).read_bytes()).hexdigest()  # of the weights, where there are any
CARD = {
    "id": "brightest", "name": "Brightest", "description": "Where a picture is brightest", "task": "detection",
    "classes": ["bright"], "input": {"width": GRID, "height": GRID}, "threshold": 0, "licence": "Apache-2.0",
    "digest": DIGEST, "provider": "python", "state": "ready", "default": False,
}


def look(picture, threshold=0, classes=("bright",), **_):
    """Objects in a picture: the brightest cell of a grid, with its box in pixels."""
    cells = picture.convert("L").resize((GRID, GRID), Image.Resampling.BOX).tobytes()
    (row, column), score = divmod(cells.index(max(cells)), GRID), max(cells) / 255
    width, height = picture.width / GRID, picture.height / GRID
    box = {"x": column * width, "y": row * height, "width": width, "height": height}
    wanted = score >= threshold and "bright" in classes
    return [{"label": "bright", "classId": 0, "score": score, "box": box}] if wanted else []


def outcome(headers, jpeg):
    """Type and value of the one outcome of a frame."""
    source, sequence, began = headers["ce_source"], int(headers["ce_sequence"]), time.time()
    # The same frame has the same id when it comes again.
    frame = {"id": str(uuid.uuid5(uuid.NAMESPACE_URL, f"{source}/{sequence}/{DIGEST}")), "sequence": sequence}
    try:
        if is_over(headers.get("ce_expirytime")):
            return "kadr.drop.v1", {**frame, "source": source, "reason": "expired"}
        picture = Image.open(io.BytesIO(jpeg or b""))  # empty when it is a claim check: see ce_dataref
        objects, taken = look(picture, **json.loads(headers.get("ce_options", "{}"))), headers["ce_time"]
    except Exception as error:  # whatever is wrong with this frame, the next one has its turn
        failure = {"code": "damaged-picture", "detail": str(error), "attempts": 1}
        return "kadr.failure.v1", {**frame, "source": source, **failure}
    kind, _, name = source.partition(":")
    return "kadr.result.v1", {
        **frame, "source": {"kind": kind, "id": name}, "model": {"id": CARD["id"], "digest": DIGEST},
        "image": {"width": picture.width, "height": picture.height}, "objects": objects, "capturedAt": taken,
        "timings": {"queueMs": 0, "decodeMs": 0, "inferenceMs": (time.time() - began) * 1000, "postprocessMs": 0,
                    "drawMs": 0},
    }
