#!/bin/sh
# The image's command line: `contacts worker`, `contacts audit` and so on. Java takes this shell's place, so SIGTERM arrives. The smallest
# collector does: the garbage of a batch dies young. Half of the container's memory is heap, the rest is for buffers outside of it.
exec java -XX:+UseSerialGC -XX:MaxRAMPercentage=50 -XX:+ExitOnOutOfMemoryError --enable-native-access=ALL-UNNAMED \
  -XX:SharedArchiveFile=/opt/contacts/worker.jsa @/opt/contacts/class-path dev.messagecontact.Contacts "$@"
