#!/bin/sh
# Writes rules.yaml anew, from the alerts that docker compose and the tests use: after each change of ops/prometheus/alerts.yml.
set -eu
cd "$(dirname "$0")"
{
  echo '# Made by rules.sh from ops/prometheus/alerts.yml; change it there.'
  echo 'apiVersion: monitoring.coreos.com/v1'
  echo 'kind: PrometheusRule'
  echo 'metadata:'
  echo '  name: message-contact-worker'
  echo 'spec:'
  sed 's/^\(.\)/  \1/' ../../../prometheus/alerts.yml
} >rules.yaml
