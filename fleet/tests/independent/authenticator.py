"""A person with somebody else's software: a gRPC client that knows the API by reflection alone, an authenticator app
(pyotp) and a reader of access tokens (PyJWT). Ends with a sentence and 1 where they do not agree with us.

    authenticator.py ADDRESS DATA_DIR     auth's host:port, and the folder whose outbox has its messages
"""

import re
import struct
import sys
import time
import uuid
import zlib
from pathlib import Path

import grpc
import jwt
import pyotp
from google.protobuf import descriptor_pool, message_factory
from grpc_reflection.v1alpha.proto_reflection_descriptor_database import ProtoReflectionDescriptorDatabase

SERVICE = "azora.auth.v1.AuthService"
EMAIL = "independent@example.org"
PASSWORD = "seven slow ferries"
STEP_SECONDS = 30


def check(holds, sentence):
    if not holds:
        sys.exit(f"authenticator.py: {sentence}")


class Auth:
    """The service, as it describes itself."""

    def __init__(self, address):
        self.channel = grpc.insecure_channel(address)
        self.pool = descriptor_pool.DescriptorPool(ProtoReflectionDescriptorDatabase(self.channel))
        self.methods = self.pool.FindServiceByName(SERVICE).methods_by_name

    def number(self, enum, word):
        return self.pool.FindEnumTypeByName(enum).values_by_name[word].number

    def call(self, rpc, /, bearer=None, **fields):
        method = self.methods[rpc]
        request, answer = (message_factory.GetMessageClass(kind) for kind in (method.input_type, method.output_type))
        if "request_id" in method.input_type.fields_by_name:
            fields["request_id"] = str(uuid.uuid4())
        stub = self.channel.unary_unary(f"/{SERVICE}/{rpc}", request.SerializeToString, answer.FromString)
        metadata = [("authorization", f"Bearer {bearer}")] if bearer else None
        return stub(request(**fields), metadata=metadata, timeout=30)

    def refuses(self, rpc, code, sentence, /, **fields):
        try:
            self.call(rpc, **fields)
        except grpc.RpcError as error:
            check(error.code() == code, f"{sentence}, but with {error.code()}: {error.details()}")
        else:
            check(False, f"not so: {sentence}")


def signed_in(auth, data_dir):
    """Registers, proves the address and logs in: the access token."""
    student = auth.number("azora.common.v1.Role", "ROLE_STUDENT")
    user = auth.call("Register", email=EMAIL, password=PASSWORD, name="Ines Independent", role=student).user
    letters = list((data_dir / "outbox").glob(f"verify-{user.id}-*.eml"))
    check(len(letters) == 1, f"one letter for {user.id} is expected in the outbox, there are {len(letters)}")
    token = re.search(r"^token: ([0-9a-f]{64})\s*$", letters[0].read_text(), re.MULTILINE)
    check(token, "the letter has no line with a token")
    auth.call("VerifyEmail", token=token.group(1))
    login = auth.call("Login", email=EMAIL, password=PASSWORD)
    check(login.HasField("tokens"), "without a second factor a login gives tokens")
    return login.tokens.access_token


def check_png(picture):
    """Its signature, and the checksum of each chunk up to the last."""
    check(picture[:8] == b"\x89PNG\r\n\x1a\n", "the QR code is no PNG")
    at, kind = 8, b""
    while kind != b"IEND":
        check(at + 12 <= len(picture), "the PNG ends before its end")
        (length,) = struct.unpack_from(">I", picture, at)
        kind, data = picture[at + 4 : at + 8], picture[at + 8 : at + 8 + length]
        (checksum,) = struct.unpack_from(">I", picture, at + 8 + length)
        check(checksum == zlib.crc32(kind + data), f"chunk {kind} of the PNG is damaged")
        if kind == b"IHDR":
            width, height = struct.unpack_from(">II", data)
            check(width == height >= 100, f"a QR code of {width} by {height} cannot be photographed")
        at += 12 + length


def step():
    return int(time.time()) // STEP_SECONDS


def set_up(auth, token):
    """Sets the app up: the app, and the step of the code that was spent on it."""
    made = auth.call("EnrollTotp", token)
    check_png(made.qr_png)
    app = pyotp.parse_uri(made.otpauth_uri)
    check(isinstance(app, pyotp.TOTP), "the app does not take the address for one of time-based codes")
    check((app.issuer, app.name) == ("Azora", EMAIL), f"the app would show {app.issuer}: {app.name}")
    check((app.digits, app.interval) == (6, STEP_SECONDS), "six digits every 30 seconds are what apps support")
    check(app.secret == made.secret, "the secret for typing is another one than that of the address")
    spent = step()
    codes = auth.call("ConfirmTotp", token, code=app.at(spent * STEP_SECONDS)).recovery_codes
    check(len(set(codes)) == 10, f"ten recovery codes are expected, not {len(codes)}")
    return app, spent


def challenge(auth):
    login = auth.call("Login", email=EMAIL, password=PASSWORD)
    check(not login.HasField("tokens"), "a password alone opens no session once the app is on")
    return login.mfa_challenge


def with_the_app(auth, app, spent):
    """Logs in with the app: the access token. No code works twice."""
    totp = auth.number("azora.auth.v1.MfaMethod", "MFA_METHOD_TOTP")
    asked = challenge(auth)
    check(asked.methods[0] == totp, "the app is the first way to answer")
    used = {"method": totp, "code": app.at(spent * STEP_SECONDS)}
    wrong = grpc.StatusCode.UNAUTHENTICATED
    auth.refuses("CompleteMfa", wrong, "the code that set the app up is refused", challenge_id=asked.id, **used)
    while step() <= spent:
        time.sleep(0.2)
    answer = {"method": totp, "code": app.now()}
    tokens = auth.call("CompleteMfa", challenge_id=asked.id, **answer).tokens
    auth.refuses("CompleteMfa", wrong, "an answered challenge is refused", challenge_id=asked.id, **answer)
    again = challenge(auth)
    auth.refuses("CompleteMfa", wrong, "a code that was used is refused", challenge_id=again.id, **answer)
    return tokens.access_token


def read(auth, token):
    """Verifies an access token by the published keys: its claims."""
    header = jwt.get_unverified_header(token)
    check(header["alg"] == "EdDSA" and header["typ"] == "at+jwt", f"the header is {header}")
    published = {key.kid: key for key in auth.call("GetJwks").keys}
    check(header["kid"] in published, "the key that signed is not published")
    key = published[header["kid"]]
    names = ("kty", "crv", "alg", "use", "kid", "x")
    public = jwt.PyJWK.from_dict({name: getattr(key, name) for name in names}).key
    required = ["exp", "nbf", "iat", "sub", "jti", "iss", "aud"]
    rules = {"algorithms": ["EdDSA"], "audience": "azora", "issuer": "azora", "options": {"require": required}}
    claims = jwt.decode(token, public, **rules)

    head, payload, signature = token.split(".")
    for part, altered in (
        ("payload", f"{head}.{other(payload)}.{signature}"),
        ("signature", f"{head}.{payload}.{other(signature)}"),
    ):
        check(not is_good(altered, public, rules), f"a token with another {part} is taken for a good one")
    elsewhere = {**rules, "audience": "azora:internal"}
    check(not is_good(token, public, elsewhere), "a person's token is taken for one between services")
    return claims


def is_good(token, key, rules):
    try:
        jwt.decode(token, key, **rules)
    except jwt.InvalidTokenError:
        return False
    return True


def other(part):
    """The same with another letter in the middle."""
    middle = len(part) // 2
    return part[:middle] + ("A" if part[middle] != "A" else "B") + part[middle + 1 :]


def main(address, data_dir):
    auth = Auth(address)
    token = signed_in(auth, Path(data_dir))
    claims = read(auth, token)
    check(claims["acr"] == "aal1" and claims["amr"] == ["pwd"], f"after a password: {claims['acr']}, {claims['amr']}")
    app, spent = set_up(auth, token)
    claims = read(auth, with_the_app(auth, app, spent))
    check(claims["acr"] == "aal2" and "otp" in claims["amr"], f"after the app: {claims['acr']}, {claims['amr']}")
    check(claims["role"] == "student", f"the role is {claims['role']}")
    check(claims["exp"] - claims["iat"] <= 900, "no token lives longer than 15 minutes")
    print("An authenticator app and a reader of tokens agree with auth.")


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(*sys.argv[1:])
