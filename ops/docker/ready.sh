#!/usr/bin/env bash
# Whether the worker in this container is ready, asked without curl, which images do not always have.
set -eu
exec 3<>"/dev/tcp/127.0.0.1/${MANAGEMENT_PORT:-9404}"
printf 'GET /health/ready HTTP/1.0\r\nHost: localhost\r\n\r\n' >&3
read -r status <&3
[[ $status == *" 200"* ]]
