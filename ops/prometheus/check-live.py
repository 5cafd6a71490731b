#!/usr/bin/env python3
"""Asks a Prometheus that scrapes live workers for every expression of every panel and alert.

    ops/prometheus/check-live.py http://localhost:9090

Exit code 1 and a line for each expression that is refused or gives nothing. Needs nothing but Python 3.
Expressions of what is empty while all is well may give nothing; they are named below.
"""
import json
import re
import sys
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

OPS = Path(__file__).resolve().parent.parent
EMPTY_WHEN_ALL_IS_WELL = ("> 0", "== 0", "> 60", "> 20", "> 3 *", "> 2", "< 120", "> 14.4", "> 6 *", "absent(", "contacts_partition_gap_offsets")


def query(base, expression):
    url = base + "/api/v1/query?" + urllib.parse.urlencode({"query": expression})
    try:
        with urllib.request.urlopen(url, timeout=10) as answer:
            return json.load(answer)["data"]["result"], None
    except urllib.error.HTTPError as refused:
        return [], json.load(refused)["error"]


def expressions():
    for file in sorted((OPS / "grafana/dashboards").glob("*.json")):
        for panel in json.loads(file.read_text())["panels"]:
            for target in panel.get("targets", []):
                yield f"{file.stem}: {panel['title']}", target["expr"]
    alerts = (OPS / "prometheus/alerts.yml").read_text()
    for name, expression in re.findall(r"alert: (\w+)\n\s+expr: (?:>-\n)?(.*?)\n\s+(?:for|labels):", alerts, re.S):
        yield f"alert {name}", " ".join(expression.split())


def main():
    base = sys.argv[1].rstrip("/")
    bad = count = 0
    for where, expression in expressions():
        asked = expression.replace("$__rate_interval", "1m").replace("$job", ".*").replace("$instance", ".*")
        result, refused = query(base, asked)
        count += 1
        if refused or not (result or any(part in expression for part in EMPTY_WHEN_ALL_IS_WELL)):
            bad += 1
            print(f"{where}: {refused or 'gives nothing'}: {asked}")
    print(f"{count} expressions, {bad} bad")
    sys.exit(1 if bad else 0)


main()
