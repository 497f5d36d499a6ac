"""Counts the people that Kadr sees, by source, until it is stopped: python count_people.py"""
import argparse
import json
import signal
import sys
import time
from collections import Counter

from confluent_kafka import Consumer

from kadr import KAFKA, PREFIX, headers_of, topic


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--once", type=int, metavar="N", help="end after N frames")
    parser.add_argument("--idle", type=float, metavar="S", help="end after S seconds without a frame")
    parser.add_argument("--group", default="count-people", help="programs of one group share the work")
    args = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    consumer = Consumer({**KAFKA, "group.id": PREFIX + args.group, "auto.offset.reset": "earliest"})
    consumer.subscribe([topic("outcomes")])
    people, seen, last = Counter(), {}, time.monotonic()
    try:
        while args.once is None or len(seen) < args.once:
            message = consumer.poll(0.5)
            if message is None:
                if args.idle and time.monotonic() - last > args.idle:
                    break
                continue
            last, headers = time.monotonic(), headers_of(message)
            source, type = headers.get("ce_source"), headers.get("ce_type")
            frame = f"{source} frame {headers.get('ce_sequence')}"
            if seen.get(frame) in (type, "kadr.result.v1"):  # an outcome may come again
                continue
            seen[frame] = type
            if type != "kadr.result.v1":  # a drop or a failure: nobody was seen
                print(f"{frame}: {type} {message.value()}", flush=True)
                continue
            found = sum(thing["label"] == "person" for thing in json.loads(message.value())["objects"])
            people[source] += found
            print(f"{frame}: {found} people, {people[source]} in all", flush=True)
    except KeyboardInterrupt:
        pass
    finally:
        consumer.close()  # and tells the group how far it came
    print(json.dumps(people), flush=True)


if __name__ == "__main__":
    main()
