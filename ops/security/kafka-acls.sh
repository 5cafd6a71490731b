#!/bin/sh
# Allows a user what a list names: kafka-acls.txt for a worker, kafka-acls-operator.txt for who repairs, kafka-acls-upstream.txt for a system that
# publishes commands, kafka-acls-email-sender.txt and kafka-acls-sms-sender.txt for the senders of verification messages.
#
#   ops/security/kafka-acls.sh HOST:PORT admin.properties contacts-worker
#   ops/security/kafka-acls.sh HOST:PORT admin.properties contacts-operator kafka-acls-operator.txt
#   ops/security/kafka-acls.sh HOST:PORT admin.properties account-portal kafka-acls-upstream.txt
#
# KAFKA_ACLS names the tool where it is not on the path as kafka-acls.sh.
set -eu
brokers=$1
admin=$2
user=$3
list=$(dirname "$0")/${4:-kafka-acls.txt}
grep -v '^#' "$list" | while read -r operation type pattern name; do
  case $type in
    Topic) resource=--topic ;;
    Group) resource=--group ;;
    TransactionalId) resource=--transactional-id ;;
  esac
  ${KAFKA_ACLS:-kafka-acls.sh} --bootstrap-server "$brokers" --command-config "$admin" --add \
    --allow-principal "User:$user" --operation "$operation" "$resource" "$name" --resource-pattern-type "$pattern" </dev/null
done
