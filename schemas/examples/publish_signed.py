#!/usr/bin/env python3
"""Publishes one AddMessageContact command with a token that proves who sends it.

The key is a private key as `contacts keys` makes it; in production the issuer has it, and the publisher asks the issuer for
the token.

    pip install confluent-kafka 'pyjwt[crypto]'
    python3 publish_signed.py localhost:9092 rd-3G2b1x command.json private.json \
        https://sts.example.com acs:ram::1234567890123456:user/alice
"""
import base64
import hashlib
import json
import sys
import time
from pathlib import Path

import jwt
from confluent_kafka import KafkaException, Producer

brokers, directory_id, file, key_file, issuer, subject = sys.argv[1:7]
command = Path(file).read_bytes()
key = json.loads(Path(key_file).read_text())

now = int(time.time())
token = jwt.encode(
    {
        "iss": issuer,
        "sub": subject,
        "aud": "message-contact",
        "iat": now,
        "exp": now + 300,
        # Binds the token to exactly these bytes.
        "value_hash": base64.urlsafe_b64encode(hashlib.sha256(command).digest()).rstrip(b"=").decode(),
    },
    jwt.PyJWK(key).key,
    algorithm=key["alg"],
    headers={"kid": key["kid"]},
)


def delivered(error, message):
    if error is not None:
        # The command may or may not be there: send it again with the same RequestId.
        raise KafkaException(error)
    print(f"published at {message.partition()}/{message.offset()}")


producer = Producer({
    "bootstrap.servers": brokers,
    "acks": "all",
    "enable.idempotence": True,
    "partitioner": "murmur2_random",
    "delivery.timeout.ms": 120_000,
})
producer.produce(
    "message-contact.commands",
    key=directory_id,
    value=command,
    headers={"content-type": "application/json", "authorization": token},
    on_delivery=delivered,
)
if producer.flush(150) > 0:
    sys.exit("no answer from the broker; send it again with the same RequestId")
