#!/usr/bin/env python3
"""Publishes one AddMessageContact command and waits until the broker has it.

    pip install confluent-kafka
    python3 publish_command.py localhost:9092 rd-3G2b1x command.json
"""
import sys
from pathlib import Path

from confluent_kafka import KafkaException, Producer

brokers, directory_id, file = sys.argv[1:4]

producer = Producer({
    "bootstrap.servers": brokers,
    "acks": "all",  # no command is lost with a broker
    "enable.idempotence": True,  # the client's own retries neither repeat nor reorder
    "partitioner": "murmur2_random",  # a key goes where Java clients put it; librdkafka's own default is another
    "delivery.timeout.ms": 120_000,
})


def delivered(error, message):
    if error is not None:
        # The command may or may not be there: send it again with the same RequestId.
        raise KafkaException(error)
    print(f"published at {message.partition()}/{message.offset()}")


producer.produce(
    "message-contact.commands",
    key=directory_id,  # keeps all commands of a directory in order
    value=Path(file).read_bytes(),
    headers={"content-type": "application/json", "correlationId": "order-4711"},
    on_delivery=delivered,
)
if producer.flush(150) > 0:
    sys.exit("no answer from the broker; send it again with the same RequestId")
