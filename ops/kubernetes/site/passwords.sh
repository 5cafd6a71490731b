#!/bin/sh
# Makes the passwords of worker, operator and owner, one file each beside this script. A password that is there is kept; to change one,
# delete its file, run this again, then apply setup and the workers again.
set -eu
cd "$(dirname "$0")"
umask 077
for file in worker/database-password worker/kafka-password operator/database-password operator/kafka-password owner/database-password; do
  [ -s "$file" ] || od -An -N24 -tx1 /dev/urandom | tr -d ' \n' >"$file" # no line end: it would be part of the password
done
