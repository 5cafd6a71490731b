#!/usr/bin/env python3
"""Confirms one verification: the person has passed it.

    pip install confluent-kafka
    python3 confirm_verification.py localhost:9092 rd-3G2b1x c-UnCaInIFdAC377Zi v-LWqNqHHBk4YmCYUT

A sender calls this when the secret that it has mailed came back in time. All three ids stand in the verification request.
"""
import json
import sys

from confluent_kafka import KafkaException, Producer

brokers, directory_id, contact_id, verification_id = sys.argv[1:5]

producer = Producer({
    "bootstrap.servers": brokers,
    "acks": "all",  # no confirmation is lost with a broker
    "enable.idempotence": True,  # the client's own retries neither repeat nor reorder
    "partitioner": "murmur2_random",  # a key goes where Java clients put it; librdkafka's own default is another
    "delivery.timeout.ms": 120_000,
})


def delivered(error, message):
    if error is not None:
        # It may or may not be there: send it again, twice is harmless.
        raise KafkaException(error)
    print(f"confirmed {verification_id} at {message.partition()}/{message.offset()}")


producer.produce(
    "message-contact.verification-outcomes",
    key=directory_id,
    value=json.dumps({
        "Action": "ConfirmMessageContactVerification",
        "RequestId": verification_id,  # a label that comes back in the answer
        "ResourceDirectoryId": directory_id,
        "ContactId": contact_id,
        "VerificationId": verification_id,
    }),
    headers={"content-type": "application/json"},
    on_delivery=delivered,
)
if producer.flush(150) > 0:
    sys.exit("no answer from the broker; send it again")
