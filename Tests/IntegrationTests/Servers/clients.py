"""clients.py PORT LOGIN PASSWORD [unfiltered]: submits, and prints `sender TLS mechanism` of what
counts: with a filter, what that takes."""

import smtplib
import ssl
import sys
import warnings

# What this is about: versions that nobody should use any more.
warnings.simplefilter("ignore", DeprecationWarning)

PORT, LOGIN, PASSWORD = int(sys.argv[1]), sys.argv[2], sys.argv[3]
FILTERED = len(sys.argv) < 5
VERSIONS = {
    "1.0": ssl.TLSVersion.TLSv1,
    "1.1": ssl.TLSVersion.TLSv1_1,
    "1.2": ssl.TLSVersion.TLSv1_2,
    "1.3": ssl.TLSVersion.TLSv1_3,
}


def connect(version):
    client = smtplib.SMTP("127.0.0.1", PORT)
    client.ehlo("client.example")
    if version != "none":
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        context.set_ciphers("ALL:@SECLEVEL=0")
        context.minimum_version = context.maximum_version = VERSIONS[version]
        client.starttls(context=context)
        client.ehlo("client.example")
    return client


def authenticate(client, mechanism, password=PASSWORD):
    client.user, client.password = LOGIN, password
    client.auth(mechanism, getattr(client, "auth_" + mechanism.lower().replace("-", "_")))


def submit(client, name):
    """Sends one message; tells whether the server took it."""
    try:
        client.sendmail(f"{name}@example.org", ["root"], "Subject: x\r\n\r\nHello.\r\n")
    except smtplib.SMTPResponseException:
        client.rset()
        return False
    return True


for tls in ["none", *VERSIONS]:
    for method in ["PLAIN", "LOGIN", "CRAM-MD5"]:
        session = connect(tls)
        authenticate(session, method)
        for verdict in [
            "accepted", "rejected", "deferred", "discarded", "quarantined", "held", "again"
        ]:
            taken = submit(session, verdict)
            assert not FILTERED or taken == (verdict not in ["rejected", "deferred"]), verdict
            # The client cannot tell that a message is thrown away.
            if taken and not (FILTERED and verdict == "discarded"):
                print(f"{verdict}@example.org {tls} {method}")
        # HELO makes the server forget, in its log, that somebody logged in.
        session.helo("client.example")
        submit(session, "hello")
        print(f"hello@example.org {tls} {method}")
        session.quit()

session = connect("1.3")
try:
    submit(session, "stranger")
except smtplib.SMTPRecipientsRefused:
    pass
session.quit()
session = connect("none")
try:
    authenticate(session, "PLAIN", "wrong")
    raise AssertionError("a wrong password was taken")
except smtplib.SMTPAuthenticationError:
    pass
session.quit()
