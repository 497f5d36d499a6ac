"""Serves a model of its own beside Kadr's inference: python worker.py"""
import signal
import time
import uuid

from confluent_kafka import Consumer, KafkaException

from brightest import CARD, outcome
from kadr import KAFKA, PREFIX, event, headers_of, new_producer, send_json
from topics import make_frames_topics

MODEL, WORKER = CARD["id"], str(uuid.uuid4())


def answer(producer, headers, jpeg):
    """Exactly one outcome for the frame."""
    if "ce_source" not in headers or not headers.get("ce_sequence", "").isdecimal():
        return print(f"A frame without source or sequence can have no outcome: {headers}", flush=True)
    type, value = outcome(headers, jpeg)
    source, more = headers["ce_source"], {"traceparent": headers.get("ce_traceparent"), "sequence": value["sequence"]}
    send_json(producer, "outcomes", source, value, event(type, source, id=value["id"], **more))


def announce(producer, card):
    send_json(producer, "models", f"{WORKER}/{MODEL}", card, event("kadr.model.v1", f"worker:{WORKER}"))


def main():
    stop, due, producer = [], 0, new_producer()
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, lambda *_: stop.append(True))
    own = {"group.id": f"{PREFIX}kadr.inference-{MODEL}", "auto.offset.reset": "earliest"}
    consumer = Consumer({**KAFKA, **own, "enable.auto.commit": False})
    consumer.subscribe(make_frames_topics(MODEL))
    while not stop:
        if time.monotonic() > due:  # a card that is not repeated for 15 s is taken for gone
            announce(producer, {**CARD, "worker": WORKER})
            due = time.monotonic() + 5
        messages = consumer.consume(16, timeout=0.5)
        for message in messages:
            answer(producer, headers_of(message), message.value())
        producer.flush()  # first the outcomes, then how far we came: after a crash frames come again, none is lost
        try:
            consumer.commit(asynchronous=False) if messages else None
        except KafkaException as error:  # the group has changed meanwhile: whoever has the frames now gets them again
            print(f"Not committed: {error}", flush=True)
    announce(producer, None)
    producer.flush()
    consumer.close()


if __name__ == "__main__":
    main()
