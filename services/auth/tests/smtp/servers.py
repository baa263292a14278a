"""A mail server and a provider of text messages, for the tests of auth: servers.py FOLDER PORT

Makes a certificate authority in FOLDER unless it is there, and listens on loopback: SMTP inside TLS on PORT (0: any);
SMTP with STARTTLS, which wants a login; and HTTP, which is busy when it is first asked. Everything that comes is told
in lines of JSON on standard output, after a first line with the ports.
"""

import asyncio
import datetime
import email
import email.policy
import http.server
import ipaddress
import json
import pathlib
import ssl
import sys
import threading

from aiosmtpd.smtp import SMTP, AuthResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

LOGIN = (b"auth", b"tall river/1")


def tell(**event):
    print(json.dumps(event), flush=True)


def name(text):
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def certificate(subject, issuer, public_key, signing_key, extensions):
    now = datetime.datetime.now(datetime.timezone.utc)
    builder = (
        x509.CertificateBuilder()
        .subject_name(name(subject))
        .issuer_name(name(issuer))
        .public_key(public_key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(hours=1))
        .not_valid_after(now + datetime.timedelta(days=1))
    )
    for extension, critical in extensions:
        builder = builder.add_extension(extension, critical)
    return builder.sign(signing_key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)


def certify(folder):
    """An authority of our own, and a server's certificate for 127.0.0.1 that it has signed."""
    authority, server = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    signs = x509.KeyUsage(False, False, False, False, False, True, True, False, False)
    (folder / "server.pem").write_bytes(
        server.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        + certificate(
            "server",
            "authority",
            server.public_key(),
            authority,
            [
                (x509.BasicConstraints(False, None), True),
                (x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), False),
                (x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), False),
            ],
        )
    )
    constraints = [(x509.BasicConstraints(True, 0), True), (signs, True)]
    (folder / "ca.pem").write_bytes(
        certificate("authority", "authority", authority.public_key(), authority, constraints)
    )


class Mailbox:
    async def handle_DATA(self, server, session, envelope):
        letter = email.message_from_bytes(envelope.content, policy=email.policy.default)
        forms = {part.get_content_type(): part for part in letter.walk() if not part.is_multipart()}
        tell(
            letter={
                "encrypted": server.transport.get_extra_info("ssl_object") is not None,
                "login": session.authenticated,
                "sender": envelope.mail_from,
                "recipients": envelope.rcpt_tos,
                "headers": {key.lower(): str(value) for key, value in letter.items()},
                "text": forms["text/plain"].get_content(),
                "page": forms["text/html"].get_content(),
                "defects": [str(defect) for part in letter.walk() for defect in part.defects],
            }
        )
        return "250 OK"


def judge(server, session, envelope, mechanism, data):
    return AuthResult(success=(data.login, data.password) == LOGIN, handled=False)


class Provider(http.server.BaseHTTPRequestHandler):
    busy = True

    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"]))
        status = 503 if Provider.busy else 202
        Provider.busy = False
        self.send_response(status)
        self.send_header("content-length", "0")
        self.end_headers()
        tell(
            posted={
                "status": status,
                "path": self.path,
                "authorization": self.headers["authorization"],
                "type": self.headers["content-type"],
                "body": json.loads(body),
            }
        )

    def log_message(self, *_):
        pass


async def main(folder, port):
    if not (folder / "ca.pem").exists():
        certify(folder)
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    tls.load_cert_chain(folder / "server.pem")
    loop = asyncio.get_running_loop()

    def inside_tls():
        return SMTP(Mailbox())

    def starttls():
        return SMTP(Mailbox(), tls_context=tls, require_starttls=True, authenticator=judge, auth_required=True)

    smtps = await loop.create_server(inside_tls, "127.0.0.1", port, ssl=tls)
    smtp = await loop.create_server(starttls, "127.0.0.1", 0)
    provider = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Provider)
    threading.Thread(target=provider.serve_forever, daemon=True).start()
    ports = [smtps.sockets[0].getsockname()[1], smtp.sockets[0].getsockname()[1], provider.server_port]
    tell(ports=dict(zip(["smtps", "smtp", "http"], ports)))
    await asyncio.Event().wait()


asyncio.run(main(pathlib.Path(sys.argv[1]), int(sys.argv[2])))
