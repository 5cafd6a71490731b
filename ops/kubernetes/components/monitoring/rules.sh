#!/bin/sh
# Writes rules.yaml anew, from the alerts that docker compose and the tests use: after each change of ops/prometheus/alerts.yml.
# An argument is the address where your runbooks are published, for links that need no external label of Prometheus.
set -eu
cd "$(dirname "$0")"
{
  echo '# Made by rules.sh from ops/prometheus/alerts.yml; change it there.'
  echo 'apiVersion: monitoring.coreos.com/v1'
  echo 'kind: PrometheusRule'
  echo 'metadata:'
  echo '  name: message-contact-worker'
  echo 'spec:'
  sed -e 's/^\(.\)/  \1/' ${1:+-e "s#{{ with .externalLabels.runbooks }}.*{{ end }}#$1#"} ../../../prometheus/alerts.yml
} >rules.yaml
