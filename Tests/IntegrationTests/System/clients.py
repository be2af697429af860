#!/usr/bin/env python3
"""The clients: submit mail, and note what they did.

clients.py users       the accounts, as Dovecot's passwd-file has them
clients.py round       a round of submissions by several clients at once
clients.py last        one more, whose sender is in no other round
clients.py expect      what the report on TLS has to say, as CSV
clients.py failures    the accounts with failed AUTH, and how many
"""

import collections
import concurrent.futures
import json
import os
import smtplib
import ssl
import sys
import warnings

# What this is about: versions that nobody should use any more.
warnings.simplefilter("ignore", DeprecationWarning)

STATE = "/run/scenario/done.json"
HEADER = "sender,domain,messages,none,ssl3,tls1.0,tls1.1,tls1.2,tls1.3,unknown"
COLUMNS = [None, "SSLv3", "TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3", "?"]
VERSIONS = {
    "TLSv1": ssl.TLSVersion.TLSv1,
    "TLSv1.1": ssl.TLSVersion.TLSv1_1,
    "TLSv1.2": ssl.TLSVersion.TLSv1_2,
    "TLSv1.3": ssl.TLSVersion.TLSv1_3,
}
PASSWORDS = {
    "alice@example.org": "wonder land",
    "bob@example.net": "b0b",
    "carol": "ca rol",
    "dave@example.com": "d-a-v-e",
}
# Account, senders of one session, TLS version, port, address of the client.
SESSIONS = [
    ("alice@example.org", ["alice@example.org"] * 3, "TLSv1.3", 465, 2),
    ("alice@example.org", ["Alice@Example.org", "team@example.org"], "TLSv1.3", 587, 3),
    ("alice@example.org", ["alice@example.org"], "TLSv1", 587, 4),
    ("bob@example.net", ["bob@example.net"] * 2, "TLSv1.2", 587, 5),
    ("bob@example.net", ["bob@example.net"], "TLSv1.1", 465, 5),
    ("bob@example.net", ["bob@example.net"], None, 587, 6),
    ("carol", ["carol@example.org"] * 2, None, 587, 7),
    ("carol", ["carol@example.org"], "TLSv1", 465, 7),
    ("dave@example.com", ["sales@example.com", "dave@example.com"], "TLSv1.1", 587, 8),
    ("dave@example.com", ["dave@example.com", ""], "TLSv1.2", 465, 8),
]
FAILURES = [("bob@example.net", "TLSv1.3"), ("mallory@example.org", None), ("carol", "TLSv1.2")]


def connect(version, port, address):
    """A session; with TLS, in exactly this version."""
    source = (f"127.0.1.{address}", 0)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    context.set_ciphers("ALL:@SECLEVEL=0")
    if version:
        context.minimum_version = context.maximum_version = VERSIONS[version]
    if port == 465:
        client = smtplib.SMTP_SSL("127.0.0.1", port, source_address=source, context=context)
    else:
        client = smtplib.SMTP("127.0.0.1", port, source_address=source)
        client.ehlo("client.example")
        if version:
            client.starttls(context=context)
    used = client.sock.version() if version else None
    assert used == version, f"{used} in place of {version}"
    client.ehlo("client.example")
    return client


def send(client, sender, recipient="friend@example.net"):
    client.sendmail(sender, [recipient], f"From: <{sender}>\r\nSubject: x\r\n\r\nHello.\r\n")


def submit(session):
    """The messages of one session; what was accepted."""
    account, senders, version, port, address = session
    accepted = []
    with connect(version, port, address) as client:
        client.login(account, PASSWORDS[account])
        for sender in senders:
            send(client, sender)
            accepted.append(((sender or "<>").lower(), account, version))
    return accepted


def fail(failure):
    """A wrong password."""
    account, version = failure
    with connect(version, 587, 9) as client:
        client.user, client.password = account, "wrong"
        try:
            # Not login(), which tries one mechanism after the other.
            client.auth("LOGIN", client.auth_login)
        except smtplib.SMTPAuthenticationError:
            return account
    raise AssertionError(f"{account} was let in with a wrong password")


def refuse(_):
    """What is no submission: a refused recipient, and mail from elsewhere."""
    with connect("TLSv1.3", 587, 10) as client:
        client.login("alice@example.org", PASSWORDS["alice@example.org"])
        try:
            send(client, "alice@example.org", "blocked@example.net")
            raise AssertionError("a blocked recipient was accepted")
        except smtplib.SMTPRecipientsRefused:
            pass
    with connect("TLSv1.2", 25, 11) as client:
        send(client, "stranger@elsewhere.example", "alice@example.org")


def load():
    if os.path.exists(STATE):
        with open(STATE, encoding="utf-8") as file:
            return json.load(file)
    return {"rounds": 0, "accepted": [], "failed": []}


def save(state):
    with open(STATE + ".new", "w", encoding="utf-8") as file:
        json.dump(state, file)
    os.rename(STATE + ".new", STATE)


def round_of_mail():
    state = load()
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        refused = pool.map(refuse, range(1))
        failed = pool.map(fail, FAILURES)
        for accepted in pool.map(submit, SESSIONS):
            state["accepted"] += accepted
        state["failed"] += failed
        list(refused)
    save(state)


def last_of_round():
    state = load()
    state["rounds"] += 1
    sender = f"round-{state['rounds']}@last.example"
    state["accepted"] += submit(("alice@example.org", [sender], "TLSv1.3", 465, 12))
    save(state)
    print(sender)


def expect():
    rows = collections.defaultdict(collections.Counter)
    for sender, account, version in load()["accepted"]:
        name = account if sender == "<>" else sender
        rows[(sender, name.rpartition("@")[2])][version] += 1
    print(HEADER)
    for (sender, domain), counts in sorted(
        rows.items(), key=lambda row: (-sum(row[1].values()), row[0])
    ):
        cells = [sum(counts.values())] + [counts[column] for column in COLUMNS]
        print(",".join([sender, domain] + [str(cell) for cell in cells]))


def failures():
    for account, count in sorted(collections.Counter(load()["failed"]).items()):
        print(f"{account},{count}")


def users():
    for account, password in PASSWORDS.items():
        print(f"{account}:{{PLAIN}}{password}::::::")


if __name__ == "__main__":
    {
        "users": users,
        "round": round_of_mail,
        "last": last_of_round,
        "expect": expect,
        "failures": failures,
    }[sys.argv[1]]()
