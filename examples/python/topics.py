"""The topics of a model's frames, with partitions and settings as Kadr's own have them."""
from confluent_kafka.admin import AdminClient, NewTopic

from kadr import KAFKA, LARGEST, topic

MINUTE, DAY = 60_000, 86_400_000
COMMON = {"max.message.bytes": LARGEST, "compression.type": "uncompressed", "message.timestamp.type": "LogAppendTime"}
SHORT = {"retention.ms": 10 * MINUTE, "segment.ms": 10 * MINUTE, "segment.bytes": 64 * 1024 * 1024}
LANES = {"live": (4, {**COMMON, **SHORT}), "batch": (12, {**COMMON, "retention.ms": 7 * DAY})}


def make_frames_topics(model):
    """Makes those of the model's topics that are missing; answers with the names of all."""
    names, admin = {lane: topic(f"frames.{model}.{lane}") for lane in LANES}, AdminClient(KAFKA)
    there = admin.list_topics(timeout=30).topics
    missing = [
        NewTopic(names[lane], partitions, config={key: str(value) for key, value in settings.items()})
        for lane, (partitions, settings) in LANES.items()
        if names[lane] not in there
    ]
    for made in admin.create_topics(missing).values() if missing else []:
        made.result()  # raises when it could not be made
    return list(names.values())
