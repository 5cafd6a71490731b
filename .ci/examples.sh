#!/usr/bin/env bash
# Runs every example of schemas/README.md, as its tables tell it, against `./contacts dev`, and looks at what came of each.
set -euo pipefail
cd "$(dirname "$0")/.."
work=$(mktemp -d)
trap 'kill "$dev" 2>/dev/null || true; wait "$dev" 2>/dev/null || true; rm -rf "$work"' EXIT

command -v kcat >/dev/null && /usr/bin/python3 -c 'import confluent_kafka' 2>/dev/null ||
  .ci/fetch kcat python3-confluent-kafka >"$work/apt.log" 2>&1 || { cat "$work/apt.log" >&2; exit 1; }
mvn -B -q dependency:copy -Dartifact=org.apache.kafka:kafka-tools:4.4.0 -DoutputDirectory=target/tools -Dmdep.useBaseVersion=true
classes="$PWD/target/lib/*:$PWD/target/lib-workshop/*:$PWD/target/tools/*"
export KAFKA_CONSOLE_PRODUCER="java -cp $classes org.apache.kafka.tools.ConsoleProducer"

./contacts dev >"$work/dev" 2>"$work/dev.err" &
dev=$!
until grep -q 'Ctrl-C' "$work/dev"; do
  kill -0 "$dev" 2>/dev/null || { cat "$work/dev.err" >&2; exit 1; }
  sleep 0.2
done
cp -r schemas/examples "$work/"
eval "$(grep '^  export' "$work/dev")"

# The command lines of the guide: what stands in backquotes and names a broker.
example() {
  line=$(grep -o '`[^`]*localhost:9092[^`]*`' schemas/README.md | tr -d '`' | grep -F "$1" | head -1)
  [ -n "$line" ] || { echo "the guide does not say how to run $1" >&2; exit 1; }
  line=${line//localhost:9092/$KAFKA_BOOTSTRAP_SERVERS}
  line=${line//'$KAFKA_HOME/libs/*'/$classes}
  line=${line//python3//usr/bin/python3}
  echo "$line"
}

# run NAME EXPECTED [WORD...]: runs the example, with these words added, and looks for a line of its output
run() {
  local name=$1 expected=$2
  shift 2
  command=$(example "$name")
  (cd "$work/examples" && PATH="$PATH:$PWD" timeout 60 sh -c "$command $*") >"$work/out" 2>"$work/err" || {
    echo "$name failed" >&2
    cat "$work/out" "$work/err" >&2
    exit 1
  }
  [ -z "$expected" ] || grep -Eq "$expected" "$work/out" || { echo "$name did not say: $expected" >&2; cat "$work/out" "$work/err" >&2; exit 1; }
  echo "ran: $name"
}

run PublishCommand.java '^published at [0-9]+/[0-9]+$'
run publish_command.py '^published at [0-9]+/[0-9]+$'
run publish-with-kcat.sh '^published command.json$'
run publish-with-console-producer.sh ''
# All four put the key on one partition: else the order of a directory would depend on who publishes.
[ "$(kcat -C -e -q -b "$KAFKA_BOOTSTRAP_SERVERS" -t message-contact.commands -f '%k %p\n' | sort | uniq -c | awk '{ print $1, $2 }')" = "4 rd-3G2b1x" ] || {
  echo "the examples put one key on several partitions" >&2
  exit 1
}
run follow_answers.py 'added as c-[0-9A-Za-z]{16}' 4
[ "$(sort -u "$work/out" | wc -l)" = 1 ] || { echo "four times the same command, and not the same answer" >&2; exit 1; }
run send_verifications.py 'sending v-[0-9A-Za-z]{16}' 1
run SendVerifications.java 'sending v-[0-9A-Za-z]{16}' 1
run confirm_verification.py '^confirmed v-[0-9A-Za-z]{16} at [0-9]+/[0-9]+$'
run ConfirmVerification.java '^confirmed v-[0-9A-Za-z]{16} at [0-9]+/[0-9]+$'
# Both put the key on the partition of the commands, or a directory's confirmations would have no order.
[ "$(kcat -C -e -q -b "$KAFKA_BOOTSTRAP_SERVERS" -t message-contact.verification-outcomes -f '%k %p\n' | sort -u)" = \
  "$(kcat -C -e -q -b "$KAFKA_BOOTSTRAP_SERVERS" -t message-contact.commands -f '%k %p\n' | sort -u)" ] || {
  echo "the examples put the key of a confirmation elsewhere" >&2
  exit 1
}
run follow_answers.py 'is verified by email, Active' 2
for command in send-again delete; do
  cp "schemas/examples/$command.json" "$work/examples/command.json"
  run publish_command.py '^published at [0-9]+/[0-9]+$'
done
cp schemas/examples/command.json "$work/examples/"
run follow_answers.py 'EntityNotExists.Contact.Verification, correct it' 2
grep -q 'c-UnCaInIFdAC377Zi is deleted' "$work/out" || { echo "the contact is not deleted" >&2; cat "$work/out" >&2; exit 1; }

./contacts submit schemas/examples/commands.jsonl
