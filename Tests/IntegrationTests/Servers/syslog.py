"""syslog.py SOCKET FILE: writes what comes in as rsyslog's traditional format does."""

import os
import re
import socket
import sys

server = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
server.bind(sys.argv[1])
os.chmod(sys.argv[1], 0o666)
with open(sys.argv[2], "wb", buffering=0) as log:
    while True:
        message = server.recv(65536).rstrip(b"\0\n")
        found = re.match(rb"<\d+>(.{15}) (.*)$", message, re.DOTALL)
        if found:
            log.write(found[1] + b" mx1 " + found[2] + b"\n")
