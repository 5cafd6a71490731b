#!/bin/sh
# Starts a worker under the first name, worker-1, worker-2 and so on, that no other replica has. A container that is made anew takes a
# name that was there before, and with it ends at once the transaction that its predecessor left open. For docker compose, whose
# replicas do not know their number; the names are locks in a volume that they share.
set -eu
number=1
exec 9>"/var/lib/contacts/worker-$number"
until flock --nonblock 9; do
  number=$((number + 1))
  exec 9>"/var/lib/contacts/worker-$number"
done
export WORKER_INSTANCE="worker-$number"
exec contacts worker # keeps the lock, as an open file, for as long as it runs
