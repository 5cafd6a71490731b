#!/bin/sh
# Publishes AddMessageContact commands, one a line, with the console producer of Kafka. Every line must have a
# ResourceDirectoryId of letters, digits, _ and -; it becomes the record key.
#
#   ./publish-with-console-producer.sh localhost:9092 command.json
#
# KAFKA_CONSOLE_PRODUCER names the tool where it is not on the path as kafka-console-producer.sh.
# From Kafka 4.2 on, --producer-property and --property are also called --command-property and --reader-property; the
# names used here work with older versions too.
set -eu

headers=content-type:application/json,correlationId:order-4711
tab=$(printf '\t')

# Each line becomes headers<TAB>key<TAB>value: what the last two properties tell the producer to expect.
sed -E "s|^(.*\"ResourceDirectoryId\" *: *\"([A-Za-z0-9_-]+)\".*)\$|$headers$tab\\2$tab\\1|" "$2" |
  ${KAFKA_CONSOLE_PRODUCER:-kafka-console-producer.sh} --bootstrap-server "$1" --topic message-contact.commands \
    --sync \
    --producer-property acks=all --producer-property enable.idempotence=true \
    --property parse.headers=true --property parse.key=true
