"""Tells the journal what `journalctl -o json` had of it: tell.py FILE."""

import json
import socket
import struct
import sys

FIELDS = ("SYSLOG_IDENTIFIER", "SYSLOG_PID", "MESSAGE")


def field(name, value):
    """As systemd's native protocol has what may hold a newline."""
    value = bytes(value) if isinstance(value, list) else value.encode(errors="surrogateescape")
    return name.encode() + b"\n" + struct.pack("<Q", len(value)) + value + b"\n"


journal = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
journal.connect("/run/systemd/journal/socket")
with open(sys.argv[1], encoding="utf-8") as entries:
    for line in entries:
        entry = json.loads(line)
        fields = [field(name, entry[name]) for name in FIELDS if name in entry]
        journal.send(b"SYSLOG_FACILITY=2\nPRIORITY=6\n" + b"".join(fields))
