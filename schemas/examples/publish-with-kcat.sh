#!/bin/sh
# Publishes one AddMessageContact command with kcat.
#
#   ./publish-with-kcat.sh localhost:9092 rd-3G2b1x command.json
set -eu

# -k: the key keeps all commands of a directory in order, and partitioner=murmur2_random puts it on the partition where Java clients put
# it; librdkafka's own default is another. The file as an argument: its bytes are the record's value.
kcat -P -b "$1" -t message-contact.commands -k "$2" \
  -X acks=all -X enable.idempotence=true -X partitioner=murmur2_random \
  -H content-type=application/json -H correlationId=order-4711 \
  "$3"
# kcat says nothing; it ends with 0 when the brokers have acknowledged the record.
echo "published $3"
