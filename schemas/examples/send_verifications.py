#!/usr/bin/env python3
"""Consumes email verification requests and sends each VerificationId once, as far as one process can.

    python3 send_verifications.py localhost:9092 email-sender sent.db [how many requests]
"""
import json
import sqlite3
import sys

from confluent_kafka import Consumer, KafkaException

brokers, group, ledger = sys.argv[1:4]
left = int(sys.argv[4]) if len(sys.argv) > 4 else -1

# In earnest: a table in the sender's own database. Keep its rows longer than the topic keeps its records.
sent = sqlite3.connect(ledger, isolation_level=None)
sent.execute("create table if not exists sent (verification_id text primary key)")


def send(request):
    """Hands the message to the mail system; give it the VerificationId as idempotency key if it takes one."""
    print(f"sending {request['VerificationId']}")  # ids only: name and address are personal data


consumer = Consumer({
    "bootstrap.servers": brokers,
    "group.id": group,
    "isolation.level": "read_committed",  # a request that the worker took back is never seen
    "enable.auto.commit": False,  # we commit after sending
    "auto.offset.reset": "earliest",
})
consumer.subscribe(["message-contact.email-verifications"])
try:
    while left != 0:
        record = consumer.poll(1.0)
        if record is None:
            continue
        if record.error():
            raise KafkaException(record.error())
        kind = dict(record.headers() or [])["ce_type"].decode()
        if kind == "messagecontact.email-verification-requested.v1":  # other kinds came later than this program
            request = json.loads(record.value())
            key = (request["VerificationId"],)
            if sent.execute("select 1 from sent where verification_id = ?", key).fetchone():
                print(f"already sent {request['VerificationId']}")
            else:
                send(request)
                sent.execute("insert into sent values (?)", key)
        consumer.commit(record, asynchronous=False)  # only now: a crash before repeats the request, and loses none
        left -= 1
finally:
    consumer.close()
