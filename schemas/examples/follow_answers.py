#!/usr/bin/env python3
"""Follows the answers to commands and says what to do about each.

    python3 follow_answers.py localhost:9092 my-group [how many answers]
"""
import json
import sys

from confluent_kafka import Consumer, KafkaException

brokers, group = sys.argv[1:3]
left = int(sys.argv[3]) if len(sys.argv) > 3 else -1

consumer = Consumer({
    "bootstrap.servers": brokers,
    "group.id": group,
    "isolation.level": "read_committed",  # an answer that the worker took back is never seen
    "enable.auto.commit": False,
    "auto.offset.reset": "earliest",
})
consumer.subscribe(["message-contact.results", "message-contact.errors"])
try:
    while left != 0:
        record = consumer.poll(1.0)
        if record is None:
            continue
        if record.error():
            raise KafkaException(record.error())
        kind = dict(record.headers() or [])["ce_type"].decode()
        answer = json.loads(record.value())
        request = f"{answer['ResourceDirectoryId']}/{answer['RequestId']}"
        if kind == "messagecontact.added.v1":
            print(f"{request}: added as {answer['Contact']['ContactId']}")
        elif kind in ("messagecontact.verified.v1", "messagecontact.verification-sent.v1"):
            contact = answer["Contact"]
            done = "is verified" if kind == "messagecontact.verified.v1" else "is asked again"
            print(f"{request}: {contact['ContactId']} {done} by {answer['Channel']}, {contact['Status']}")
        elif kind == "messagecontact.deleted.v1":
            print(f"{request}: {answer['Contact']['ContactId']} is deleted")
        elif kind == "messagecontact.rejected.v1" and answer["Retryable"]:
            print(f"{request}: {answer['Code']}, send it again later with the same RequestId")
        elif kind == "messagecontact.rejected.v1":
            print(f"{request}: {', '.join(v['Code'] for v in answer['Violations'])}, correct it")
        # Any other kind came later than this program: skip it.
        consumer.commit(record, asynchronous=False)
        left -= 1
finally:
    consumer.close()
