"""What programs beside Kadr share: how to reach Kafka, names of topics, headers."""
import json
import os
import uuid
from datetime import datetime, timezone

from confluent_kafka import KafkaException, Producer

PREFIX = os.environ.get("KAFKA_TOPIC_PREFIX", "")
# KAFKA_CONFIG: more settings of librdkafka as JSON, for TLS and logins.
KAFKA = {"bootstrap.servers": os.environ["KAFKA_BROKERS"], **json.loads(os.environ.get("KAFKA_CONFIG", "{}"))}
LARGEST = 8 * 1024 * 1024


def topic(name):
    return f"{PREFIX}kadr.{name}"


def is_over(time):
    """True when `time` (ISO 8601, or None for never) has passed."""
    return time is not None and datetime.fromisoformat(time) < datetime.now(timezone.utc)


def new_producer():
    # librdkafka's own partitioner is not that of other clients: messages of one key must meet in one partition.
    own = {"partitioner": "murmur2_random", "enable.idempotence": True, "message.max.bytes": LARGEST}
    # A topic that is not there is told of after this time.
    own["topic.metadata.propagation.max.ms"] = 5000
    return Producer({**KAFKA, **own})


def send_json(producer, name, key, value, headers):
    """Sends to a topic; a value of None is a tombstone, which takes back what was said of the key."""

    def delivered(error, _):
        if error:
            raise KafkaException(error)  # out of the next flush

    text = None if value is None else json.dumps(value)
    producer.produce(topic(name), text, key, headers=headers, on_delivery=delivered)


def event(type, source, content_type="application/json", id=None, **more):
    """Headers of a message: CloudEvents in Kafka's binary mode. All values are text."""
    now = datetime.now(timezone.utc).isoformat()
    headers = {"specversion": "1.0", "id": id or uuid.uuid4(), "source": source, "type": type, "time": now, **more}
    texts = {f"ce_{name}": str(value) for name, value in headers.items() if value is not None}
    return {**texts, "content-type": content_type}


def headers_of(message):
    if message.error():
        raise KafkaException(message.error())
    return {name: value.decode() for name, value in message.headers() or [] if value is not None}
