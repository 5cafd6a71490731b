#!/usr/bin/env bash
# Looks at the console page of `./contacts dev` with a headless browser. An argument is a folder for screenshots.
set -euo pipefail
cd "$(dirname "$0")/.."
work=$(mktemp -d)
trap 'kill "$dev" 2>/dev/null || true; wait "$dev" 2>/dev/null || true; rm -rf "$work"' EXIT

command -v chromium >/dev/null || .ci/fetch chromium >/dev/null
node --test .ci/console/*.test.mjs >"$work/test" || { cat "$work/test" >&2; exit 1; }
(cd .ci/console && npm ci --ignore-scripts --no-audit --no-fund >"$work/npm" || { cat "$work/npm" >&2; exit 1; })

./contacts dev >"$work/dev" 2>"$work/dev.err" &
dev=$!
until grep -q 'Ctrl-C' "$work/dev"; do
  kill -0 "$dev" 2>/dev/null || { cat "$work/dev.err" >&2; exit 1; }
  sleep 0.2
done
eval "$(grep '^  export' "$work/dev")"
node .ci/console/check.mjs "$(grep -o 'http://localhost:[0-9]*/' "$work/dev")" "$@"
