#!/bin/sh
# The image's command line: `contacts worker`, `contacts audit` and so on. Java takes this shell's place, so SIGTERM arrives.
exec java @/opt/contacts/flags dev.messagecontact.Contacts "$@"
