#!/bin/sh
# The image's command line: `contacts worker`, `contacts audit` and so on. Java takes this shell's place, so SIGTERM arrives.
terminals=
[ ! -t 0 ] || terminals="$terminals -Dcontacts.stdin.terminal=true"
[ ! -t 2 ] || terminals="$terminals -Dcontacts.stderr.terminal=true"
# shellcheck disable=SC2086 # flags are words
exec java @/opt/contacts/flags $terminals dev.messagecontact.Contacts "$@"
