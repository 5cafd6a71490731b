#!/bin/sh
# Allows a user what kafka-acls.txt lists.
#
#   ops/security/kafka-acls.sh HOST:PORT admin.properties contacts-worker
#
# KAFKA_ACLS names the tool where it is not on the path as kafka-acls.sh.
set -eu
brokers=$1
admin=$2
user=$3
grep -v '^#' "$(dirname "$0")/kafka-acls.txt" | while read -r operation type pattern name; do
  case $type in
    Topic) resource=--topic ;;
    Group) resource=--group ;;
    TransactionalId) resource=--transactional-id ;;
  esac
  ${KAFKA_ACLS:-kafka-acls.sh} --bootstrap-server "$brokers" --command-config "$admin" --add \
    --allow-principal "User:$user" --operation "$operation" "$resource" "$name" --resource-pattern-type "$pattern" </dev/null
done
