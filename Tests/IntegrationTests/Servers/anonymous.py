"""anonymous.py LOGIN PASSWORD: submits with ciphers that need no certificate, and prints
`sender TLS mechanism` of what counts; the server does not log the mechanism."""

import smtplib
import ssl
import sys
import warnings

# What this is about: versions that nobody should use any more.
warnings.simplefilter("ignore", DeprecationWarning)

LOGIN, PASSWORD = sys.argv[1], sys.argv[2]
VERSIONS = {
    "1.0": ssl.TLSVersion.TLSv1,
    "1.1": ssl.TLSVersion.TLSv1_1,
    "1.2": ssl.TLSVersion.TLSv1_2,
    "1.3": ssl.TLSVersion.TLSv1_3,
}


def connect(port, version):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    context.set_ciphers("aNULL:@SECLEVEL=0")
    context.minimum_version = context.maximum_version = VERSIONS[version]
    if port == 465:
        client = smtplib.SMTP_SSL("127.0.0.1", port, context=context)
    else:
        client = smtplib.SMTP("127.0.0.1", port)
        client.starttls(context=context)
    client.ehlo("client.example")
    return client


def authenticate(client, mechanism, password=PASSWORD):
    client.user, client.password = LOGIN, password
    client.auth(mechanism, getattr(client, "auth_" + mechanism.lower()))


def submit(client, name, recipients):
    client.sendmail(f"{name}@example.org", recipients, "Subject: x\r\n\r\nHello.\r\n")


for port in [465, 587]:
    for tls in ["1.0", "1.1", "1.2"]:
        for method in ["PLAIN", "LOGIN"]:
            session = connect(port, tls)
            authenticate(session, method)
            for count in [1, 2, 3]:
                submit(session, f"to-{count}", [f"b{number}@example.net" for number in range(count)])
                print(f"to-{count}@example.org {tls} ")
            session.quit()

session = connect(587, "1.2")
try:
    submit(session, "stranger", ["b@example.net"])
    raise AssertionError("a stranger's message was taken")
except smtplib.SMTPException:
    pass
session.quit()
session = connect(587, "1.2")
try:
    authenticate(session, "PLAIN", "wrong")
    raise AssertionError("a wrong password was taken")
except smtplib.SMTPAuthenticationError:
    session.close()
for port in [465, 587]:
    try:
        connect(port, "1.3")
        raise AssertionError("TLS 1.3 worked")
    except (ssl.SSLError, smtplib.SMTPException, OSError):
        pass
