#!/usr/bin/env python3
"""Makes each alert fire by its fault on two live workers, and waits until it clears. Takes about ten minutes.

    ops/prometheus/fire-alerts.py

Needs a JDK, Python 3 and `prometheus` on the path; starts broker, database, workers and Prometheus itself, and ends them.
The rules are those of alerts.yml with shorter times: seconds for minutes. Exit code 1 if an alert did not fire or clear.
A word or more on the command line choose the alerts whose names contain one of them.
"""
import atexit
import json
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.parse
import urllib.request
from pathlib import Path

HERE = Path(__file__).resolve().parent
HOME = HERE.parent.parent
PATIENCE = 150  # seconds
work = Path(tempfile.mkdtemp(prefix="alerts-"))
running = []


def start(command, name, **more):
    process = subprocess.Popen(command, stderr=open(work / f"{name}.err", "w"), text=True, cwd=HOME, **more)
    running.append(process)
    return process


@atexit.register
def end_all():
    for process in reversed(running):
        if process.poll() is None:
            process.terminate()
    for process in running:
        process.wait(timeout=30)


def free_port():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]


class Worker:
    def __init__(self, number):
        self.environment = {"WORKER_INSTANCE": f"w{number}", "MANAGEMENT_PORT": str(free_port())}
        self.number = number
        self.start()

    def start(self, **settings):
        environment = os.environ | self.environment | settings
        self.started = time.time()
        self.process = start(["./contacts", "worker"], f"worker-{self.number}", env=environment)

    def is_seen(self):
        """Whether Prometheus has scraped this process, and not only the one before it."""
        query = f"process_start_time_seconds{{instance='localhost:{self.environment['MANAGEMENT_PORT']}'}}"
        try:
            with urllib.request.urlopen(prometheus.replace("alerts", "query?query=") + urllib.parse.quote(query), timeout=5) as answer:
                seen = json.load(answer)["data"]["result"]
        except OSError:
            return False
        return bool(seen) and float(seen[0]["value"][1]) > self.started

    def stop(self, how=signal.SIGTERM):
        self.process.send_signal(how)
        self.process.wait()


class Servers:
    def __init__(self):
        self.process = start(
            ["java", "-cp", ":".join([*map(str, (HOME / "target").glob("message-contact-worker-*.jar")), "target/lib/*", "target/lib-workshop/*"]),
             str(HERE / "Faults.java")],
            "servers", stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        names = ("KAFKA_BOOTSTRAP_SERVERS", "DATABASE_URL", "DATABASE_USERNAME", "DATABASE_PASSWORD")
        os.environ.update(zip(names, self.process.stdout.readline().split()), TOPICS_PARTITIONS="2", DURABILITY="test")

    def tell(self, line):
        print(line, file=self.process.stdin, flush=True)
        if self.process.stdout.readline() != "done\n":
            sys.exit(f"the servers did not do: {line}")


def shorter(rules):
    """Minutes to seconds, so that nobody waits for an hour."""
    rules = rules.replace('"message-contact-worker"}[15m])) > 2', '"message-contact-worker"}[2m])) > 2')  # three starts take a minute
    rules = rules.replace("[5m])) < 120", "[40s])) < 30")
    for long, short in (("[1h] offset 10m", "[1m] offset 20s"), (" offset 5m", " offset 40s"), (" offset 15m", " offset 40s"),
                        ("seconds < 360)", "seconds < 45)"), ("seconds < 960)", "seconds < 45)"),
                        ("[10m]", "[20s]"), ("[6h]", "[90s]"), ("[1h]", "[60s]"), ("[30m]", "[40s]"), ("[15m]", "[40s]"), ("[5m]", "[40s]"), ("[2m]", "[20s]")):
        rules = rules.replace(long, short)
    return re.sub(r"for: \d+m", "for: 4s", rules)


def start_prometheus(workers):
    port = free_port()
    targets = ", ".join(f"'localhost:{worker.environment['MANAGEMENT_PORT']}'" for worker in workers)
    (work / "alerts.yml").write_text(shorter((HERE / "alerts.yml").read_text()))
    (work / "prometheus.yml").write_text(
        "global: { scrape_interval: 2s, evaluation_interval: 2s }\nrule_files: [alerts.yml]\n"
        f"scrape_configs: [{{ job_name: message-contact-worker, static_configs: [{{ targets: [{targets}] }}] }}]\n")
    start(["prometheus", f"--config.file={work}/prometheus.yml", f"--storage.tsdb.path={work}/data",
           f"--web.listen-address=127.0.0.1:{port}"], "prometheus")
    return f"http://127.0.0.1:{port}/api/v1/alerts"


def firing():
    try:
        with urllib.request.urlopen(prometheus, timeout=5) as answer:
            return {alert["labels"]["alertname"] for alert in json.load(answer)["data"]["alerts"] if alert["state"] == "firing"}
    except OSError:  # it is starting
        return set()


def wait(what, condition):
    """The seconds that it took, or None."""
    begun = time.time()
    while not condition():
        if time.time() - begun > PATIENCE:
            return None
        if sys.stderr.isatty():
            print(f"\r  {what}: {time.time() - begun:.0f} s ", end="", file=sys.stderr)
        time.sleep(1)
    return time.time() - begun


sent = 0


def submit(count, email="someone@example.com", name=None, line=None):
    global sent
    commands = []
    for _ in range(count):
        sent += 1
        letters = "tom" + str(sent).translate(str.maketrans("0123456789", "abcdefghij"))
        commands.append(line or json.dumps({
            "RequestId": f"alert-{sent}", "ResourceDirectoryId": f"rd-{sent}", "Name": name or letters, "EmailAddress": email,
            "Title": "CEO", "MessageTypes": ["ServiceMessage"]}))
    file = work / "commands.jsonl"
    file.write_text("\n".join(commands) + "\n")
    subprocess.run(["./contacts", "submit", str(file)], cwd=HOME, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def stop_database():
    servers.tell("stop-database")
    submit(40)


def answer_late():
    stop_database()
    time.sleep(15)
    servers.tell("restart-database")


def kill_worker():
    workers[1].stop(signal.SIGKILL)


def kill_workers():
    for worker in workers:
        worker.stop(signal.SIGKILL)


def start_workers():
    for worker in workers:
        worker.start()


def start_without_database():
    for worker in workers:
        worker.stop()
    servers.tell("stop-database")
    start_workers()


def kill_owner():
    submit(40)
    workers[1].stop(signal.SIGKILL)
    for _ in range(8):  # commands must wait from one look of the survivor to the next
        submit(20)
        time.sleep(2)


def send_what_is_too_slow():
    servers.tell("create or replace function slow() returns trigger language plpgsql as"
                 " $$ begin if new.name = 'slow' then perform pg_sleep(60); end if; return new; end $$")
    servers.tell("create trigger slow before insert on message_contact for each row execute function slow()")
    submit(1, name="slow")


def break_a_row():
    servers.tell("alter table message_contact add constraint broken check (name <> 'boom')")
    submit(1, name="boom")


def delete_commands():
    for worker in workers:
        worker.stop()
    submit(40)
    servers.tell("delete-commands message-contact.commands")
    for worker in workers:
        worker.start()


def go_on_after_gap():
    for worker in workers:
        worker.stop()
        worker.start(OFFSETS_GAP="continue")


def start_again_and_again():
    for _ in range(3):
        workers[1].stop(signal.SIGKILL)
        workers[1].start()
        wait("until Prometheus has seen the new process", workers[1].is_seen)


def end_again_and_again():
    for _ in range(5):
        kill_workers()
        start_workers()
        for worker in workers:
            wait("until Prometheus has seen the new process", worker.is_seen)
        time.sleep(8)


def refuse_keys():
    subprocess.run(["./contacts", "keys", "--folder", str(work / "keys")], cwd=HOME, check=True, stdout=subprocess.DEVNULL)
    (work / "policy.json").write_text(json.dumps({"Version": "1", "Statement": [
        {"Effect": "Allow", "Principal": {"RAM": "*"}, "Action": "*", "Resource": "*"}]}))
    workers[1].stop()
    workers[1].start(AUTHORIZATION_JWKS_FILE=str(work / "keys/jwks.json"), AUTHORIZATION_ISSUER="issuer",
                     AUTHORIZATION_POLICY_FILE=str(work / "policy.json"))
    wait("until Prometheus has seen the new process", workers[1].is_seen)
    (work / "keys/jwks.json").write_text("no keys")


def accept_all():
    workers[1].stop()
    workers[1].start()


# These have `promtool test rules` only. The metrics of the first come from kafka-exporter, which is not here. The second needs
# brokers with TLS.
NOT_HERE = {"ContactsLagOutside", "ContactsCertificateExpires"}

FAULTS = (
    ("a worker killed", kill_worker, lambda: workers[1].start(), ["ContactsWorkerDown"]),
    ("all workers killed", kill_workers, start_workers, ["ContactsNoWorker"]),
    ("the owner of half of the partitions killed", kill_owner, lambda: workers[1].start(), ["ContactsPartitionUnowned"]),
    ("a transaction of a publisher left open", lambda: servers.tell("begin message-contact.commands"), lambda: servers.tell("commit"),
     ["ContactsCommandsHidden"]),
    ("a command that takes longer than a statement may", send_what_is_too_slow, lambda: servers.tell("drop trigger slow on message_contact"),
     ["ContactsPartitionStopped"]),
    ("the database stopped", stop_database, lambda: servers.tell("restart-database"),
     ["ContactsNotReady", "ContactsNoProgress", "ContactsRetries", "ContactsCommandsWait"]),
    ("all workers started while the database is stopped", start_without_database, lambda: servers.tell("restart-database"),
     ["ContactsNoWorkerReady"]),
    ("the database stopped for 15 s", answer_late, lambda: None, ["ContactsAnswersSlow", "ContactsAnswersSlowForHours"]),
    ("30 records that are no JSON", lambda: submit(30, line="no json"), lambda: None, ["ContactsDeadLetters", "ContactsDeadLettersAppear"]),
    ("200 wrong addresses at once", lambda: submit(200, email="someone at example.com"), lambda: None, ["ContactsRejectionsJump"]),
    ("a row that the database refuses", break_a_row, lambda: servers.tell("alter table message_contact drop constraint broken"),
     ["ContactsInternalErrors"]),
    ("a worker that is killed and started three times", start_again_and_again, lambda: None, ["ContactsRestartLoop"]),
    ("all workers killed and started again and again", end_again_and_again, lambda: None, ["ContactsNoWorkerLasts"]),
    ("a file of keys that holds none", refuse_keys, accept_all, ["ContactsAuthorizationFileRefused"]),
    ("commands deleted before they were answered", delete_commands, go_on_after_gap, ["ContactsOffsetGap"]),
)

subprocess.run(["./contacts", "--version"], cwd=HOME, check=True, stdout=subprocess.DEVNULL)  # builds if it has to
servers = Servers()
for command in ("migrate", "topics"):
    subprocess.run(["./contacts", command], cwd=HOME, check=True, stdout=subprocess.DEVNULL)
workers = [Worker(1), Worker(2)]
prometheus = start_prometheus(workers)
submit(20)
time.sleep(30)  # what was before is what jumps are measured against
rows = []
chosen = [fault for fault in FAULTS if not sys.argv[1:] or any(word in alert for word in sys.argv[1:] for alert in fault[3])]
for fault, begin, end, alerts in chosen:
    print(f"\r\x1b[K{fault}" if sys.stderr.isatty() else fault, file=sys.stderr)
    begin()
    fired = {alert: wait(f"until {alert} fires", lambda alert=alert: alert in firing()) for alert in alerts}
    end()
    cleared = {alert: wait(f"until {alert} clears", lambda alert=alert: alert not in firing()) for alert in alerts}
    rows += [(alert, fault, fired[alert], cleared[alert]) for alert in alerts]

print("\n| Alert | Fault | fired after | cleared after |\n| --- | --- | --- | --- |")
for alert, fault, fired, cleared in rows:
    print(f"| {alert} | {fault} | {'never' if fired is None else f'{fired:.0f} s'} | {'never' if cleared is None else f'{cleared:.0f} s'} |")
missing = set(re.findall(r"alert: (\w+)", (HERE / "alerts.yml").read_text())) - NOT_HERE - {alert for fault in FAULTS for alert in fault[3]}
bad = [row[0] for row in rows if None in row] + sorted(missing)
print(f"\n{len(rows)} alerts, {len(bad)} bad{': ' if bad else ''}{', '.join(bad)}")
sys.exit(1 if bad else 0)
