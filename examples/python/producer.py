"""Sends pictures to a model: python producer.py 'photos/*.jpg' --model objects"""
import argparse
import glob
import io
import json
import sys
import uuid

from PIL import Image, ImageOps

from kadr import event, new_producer, topic


def upright_jpeg(path):
    """The picture as frames carry it: a JPEG in sRGB, turned as its camera says; and its size."""
    with Image.open(path) as picture:
        upright, out = ImageOps.exif_transpose(picture).convert("RGB"), io.BytesIO()
    upright.save(out, "JPEG", quality=92)
    return out.getvalue(), upright.size


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("pictures", nargs="+", help="files, or patterns of files")
    parser.add_argument("--model", default="objects")
    parser.add_argument("--threshold", type=float, help="least score; the model's own when left out")
    args = parser.parse_args()
    producer, failures = new_producer(), []
    source = f"request:{uuid.uuid4()}"  # a source of our own, whose frames are numbered from 0
    options = {} if args.threshold is None else {"threshold": args.threshold}
    paths = [path for pattern in args.pictures for path in sorted(glob.glob(pattern)) or [pattern]]

    def report(name):
        def delivered(error, message):
            print(f"{name}: {error or f'{message.topic()}[{message.partition()}]@{message.offset()}'}", flush=True)
            failures.extend([error] if error else [])

        return delivered

    for sequence, path in enumerate(paths):
        jpeg, (width, height) = upright_jpeg(path)
        frame = {"sequence": sequence, "model": args.model, "width": width, "height": height}
        headers = event("kadr.frame.v1", source, "image/jpeg", **frame, options=json.dumps(options))
        name = f"{source}/{sequence}"  # the key too, so that the frames of one source spread over workers
        producer.produce(
            topic(f"frames.{args.model}.batch"), jpeg, name, headers=headers, on_delivery=report(f"{path} as {name}")
        )
        while len(producer) > 50:  # a bound on what waits in memory
            producer.poll(0.1)
    producer.flush()
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
