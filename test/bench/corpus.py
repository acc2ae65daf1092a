#!/usr/bin/env python3
"""Writes an invented corpus for bench-detect: small files, each with one credential or one decoy.

    corpus.py [SEED [COUNT]] >corpus.jsonl

A row is {"path", "text", "secret", "kind", "line"}: what stands on the line, under a name that
sounds like a secret in either case, in one of a dozen formats.  The same seed makes the same files.
"""
import base64
import json
import random
import string
import sys
import uuid

LOWER, UPPER, DIGITS = string.ascii_lowercase, string.ascii_uppercase, string.digits
ALNUM, HEX = LOWER + UPPER + DIGITS, "0123456789abcdef"
WORDS = """amber anchor apple autumn badger bamboo basil beacon birch bronze cactus candle cedar
chapel cherry cloud copper coral crane desert dragon eagle ember falcon fern flint forest garnet
ginger glacier granite harbor hazel heron indigo island ivory jasper kettle lagoon lantern lemon
lilac lotus maple marble meadow meteor monday nectar ocean olive onyx orchid otter panda pebble
pepper piano pine planet plum prairie quartz rabbit raven river rocket saffron sierra silver spruce
summer sunset thunder tiger timber topaz tulip valley velvet violet walnut willow winter""".split()
SERVICES = """billing mail search report audit orders gateway ledger media notify export geo cache
partner upload session stats invoice payroll catalog""".split()

r = random.Random()


def some(letters, count):
    """So many letters, in which every class that the alphabet has is found."""
    while True:
        text = "".join(r.choice(letters) for _ in range(count))
        if all(not set(c) & set(letters) or set(c) & set(text) for c in (LOWER, UPPER, DIGITS)):
            return text


def word():
    return r.choice(WORDS)


def b64(count):
    return base64.b64encode(r.randbytes(count)).decode()


def strong():
    body = some(ALNUM, r.randint(7, 15))
    at = r.randint(1, len(body) - 1)
    return body[:at] + r.choice("!#%*+@^~_-=?.") + body[at:]


def worded():
    year = str(r.randint(1970, 2029))
    return r.choice([
        word().capitalize() + year + r.choice("!#*?"),
        word().capitalize() + r.choice("-_.") + word().capitalize() + str(r.randint(10, 99)),
        word() + r.choice("!#$%+") + word() + year[2:],
        word().capitalize() + word().capitalize() + r.choice("!#*") + str(r.randint(1, 9)),
    ])


def password():
    return r.choice([strong, strong, worded, lambda: some(ALNUM, r.randint(8, 16))])()


def generic():
    return r.choice([
        lambda: some(HEX, 32), lambda: some(HEX, 40), lambda: some(HEX, 64), lambda: b64(24),
        lambda: b64(32), lambda: some(ALNUM, r.randint(20, 48)),
        lambda: some(ALNUM + "-_", r.randint(24, 44)).strip("-_"),
        lambda: some(LOWER + DIGITS, r.randint(24, 40)),
    ])()


def vendor():
    """Tokens whose shape their makers publish."""
    return r.choice([
        lambda: "AKIA" + some(UPPER + "234567", 16), lambda: "ghp_" + some(ALNUM, 36),
        lambda: "glpat-" + some(ALNUM + "-_", 20), lambda: "sk_live_" + some(ALNUM, 24),
        lambda: "SG." + some(ALNUM, 22) + "." + some(ALNUM, 43),
        lambda: "xoxb-" + some(DIGITS, 12) + "-" + some(DIGITS, 12) + "-" + some(ALNUM, 24),
        lambda: "npm_" + some(ALNUM, 36), lambda: "dop_v1_" + some(HEX, 64),
        lambda: "AIza" + some(ALNUM, 35), lambda: "hf_" + some(LOWER + UPPER, 34),
        lambda: "key-" + some(HEX, 32), lambda: "dckr_pat_" + some(ALNUM, 27),
        lambda: "shpat_" + some(HEX, 32), lambda: "sk-ant-api03-" + some(ALNUM, 93) + "AA",
        lambda: "sk-" + some(ALNUM, 20) + "T3BlbkFJ" + some(ALNUM, 20),
        lambda: "rubygems_" + some(HEX, 48), lambda: "pypi-AgEIcHlwaS5vcmc" + some(ALNUM, 150),
        lambda: "hvs." + some(ALNUM, 90), lambda: "SK" + some(HEX, 32),
        lambda: "PMAK-" + some(HEX, 24) + "-" + some(HEX, 34),
        lambda: "lin_api_" + some(ALNUM, 40), lambda: "figd_" + some(ALNUM, 40),
    ])()


def jwt():
    def part(value):
        return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")
    return ".".join([part({"alg": "HS256", "typ": "JWT"}),
                     part({"sub": some(DIGITS, 9), "org": word(), "iat": r.randint(10**9, 2**31)}),
                     base64.urlsafe_b64encode(r.randbytes(32)).decode().rstrip("=")])


def url_password():
    return "".join(c for c in password() if c not in "#@?/%:^")


def connection():
    user, host = word(), f"{word()}-db.{word()}.{r.choice(['internal', 'io', 'net', 'corp'])}"
    return r.choice([
        lambda: f"postgres://{user}:{url_password()}@{host}:5432/{word()}",
        lambda: f"mysql://{user}:{url_password()}@{host}/{word()}",
        lambda: f"mongodb+srv://{user}:{url_password()}@{host}/{word()}?retryWrites=true",
        lambda: f"redis://:{url_password()}@{host}:6379/0",
        lambda: f"amqps://{user}:{url_password()}@{host}/{word()}",
        lambda: f"Server={host};Database={word()};User Id={user};Password={url_password()};",
        lambda: f"jdbc:mysql://{host}:3306/{word()}?user={user}&password={url_password()}",
        lambda: f"https://{user}:{url_password()}@{host}/repo.git",
    ])()


# What a name that sounds like a secret holds without being one.
def placeholder():
    return r.choice([
        "changeme", "your-api-key-here", "<your token>", "REPLACE_ME", "xxxxxxxxxxxxxxxxxxxx",
        "TODO", "insert-secret-here", "example-secret", "********", "dummy-token", "not-a-secret",
        "placeholder", "YOUR_SECRET_KEY", "fake-key-for-tests", "none", "replace-with-real-token",
        "my-secret-token", "sample_key_123", "test", "redacted", "<redacted>", "{{ secret }}",
        "CHANGE_ME_" + str(r.randint(1, 99)), "your_" + word() + "_key", "enter-your-password",
    ])


def reference():
    name = word().upper() + "_TOKEN"
    return r.choice([
        "${%s}" % name, "$(%s)" % name, "{{ .Values.%s.key }}" % word(), "%%(%s)s" % name.lower(),
        "vault:secret/data/%s#key" % word(), "arn:aws:secretsmanager:eu-west-1:123456789012:secret"
        ":%s-AbCdEf" % word(), "@Microsoft.KeyVault(SecretUri=https://%s.vault.azure.net/)" % word(),
        "/run/secrets/%s_token" % word(), "file:///etc/%s/key" % word(), "op://%s/%s/password" %
        (word(), word()), "secrets.%s" % name, "ENC[AES256_GCM,data:%s,type:str]" % b64(12),
        "projects/%s/secrets/%s/versions/3" % (word(), word()), "ssm:/%s/%s" % (word(), word()),
        "https://%s.io/docs/%s/tokens" % (word(), word()),
    ])


def digest():
    return r.choice([
        lambda: "sha256:" + some(HEX, 64), lambda: "sha512-" + b64(64), lambda: "sha1:" +
        some(HEX, 40), lambda: "md5:" + some(HEX, 32), lambda: "sha384-" + b64(48),
        lambda: "%s@sha256:%s" % (word(), some(HEX, 64)), lambda: "SHA256:" + b64(32)[:43],
        lambda: "--hash=sha256:" + some(HEX, 64), lambda: "sha256=" + some(HEX, 64),
    ])()


def hashed():
    crypt = ALNUM + "./"
    return r.choice([
        lambda: "$2b$12$" + some(crypt, 53), lambda: "$2a$10$" + some(crypt, 53),
        lambda: "$6$" + some(crypt, 8) + "$" + some(crypt, 86),
        lambda: "$argon2id$v=19$m=65536,t=3,p=4$" + b64(16)[:22] + "$" + b64(32)[:43],
        lambda: "$5$" + some(crypt, 8) + "$" + some(crypt, 43),
        lambda: "pbkdf2_sha256$260000$" + some(ALNUM, 12) + "$" + b64(32),
        lambda: "{SSHA}" + b64(24), lambda: "$1$" + some(crypt, 8) + "$" + some(crypt, 22),
        lambda: "$apr1$" + some(crypt, 8) + "$" + some(crypt, 22),
    ])()


def leet():
    return r.choice([
        "passw0rd", "p@ssw0rd", "Password1", "password123", "s3cr3t", "S3cret!", "s3cr3tk3y",
        "P@$$w0rd", "secret123", "admin123", "test1234", "passw0rd123", "changeme123", "letmein1",
        "t0k3n", "my_s3cr3t", "Passw0rd!", "topsecret1", "qwerty123", "abc123456", "hunter2",
    ])


def sample():
    return r.choice([
        "AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
        "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxMjM0NTY3ODkwIiwibmFtZSI6IkpvaG4gRG9l"
        "IiwiaWF0IjoxNTE2MjM5MDIyfQ.SflKxwRJSMeKKF2QT4fwpMeJf36POk6yJV_adQssw5c",
        "1234567890abcdef1234567890abcdef", "0123456789abcdef", "deadbeefdeadbeefdeadbeefdeadbeef",
        "a1b2c3d4e5f6a7b8c9d0", "abcdefghijklmnopqrstuvwxyz123456", "0" * 32, "ab" * 16,
        "sk_test_" + "x" * 24, "ghp_" + "x" * 36, "00000000-0000-0000-0000-000000000000",
    ])


def encoded_placeholder():
    return base64.b64encode(r.choice([
        "<change-me>", "{ your-token }", "changeme", "user:password", "placeholder-token",
        "username:password", "your-secret-here", "replace me please", "my-secret-value",
        "admin:changeme", "test:test", "example-password",
    ]).encode()).decode()


def licence():
    return r.choice([
        lambda: "-".join(some(UPPER + DIGITS, 5) for _ in range(5)),
        lambda: "-".join(some(UPPER + DIGITS, 4) for _ in range(4)),
        lambda: "-".join(some(DIGITS, 4) for _ in range(4)),
    ])()


def wire():
    """Messages in protobuf's encoding, and other data, in base64."""
    return r.choice([
        lambda: base64.b64encode(b"".join(bytes([8 * i + 2, len(w)]) + w.encode() for i, w in
                                          enumerate(r.sample(WORDS, 4), 1))).decode(),
        lambda: base64.b64encode(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + r.randbytes(20)).decode(),
        lambda: base64.b64encode((" ".join(r.sample(WORDS, 6))).encode()).decode(),
        lambda: base64.b64encode(json.dumps({word(): word(), "n": 1}).encode()).decode(),
        lambda: "MII" + b64(90)[:117], lambda: "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI" + b64(32),
    ])()


def text_value():
    return r.choice([
        "%s %s %s" % (word(), word(), word()), "%s.%s.%s" % (word(), word(), word()),
        "%s-%s" % (word(), word()), "%s_%s_id" % (word(), word()), word(), "/%s/%s" % (word(),
        word()), "%d" % r.randint(1, 99999), "true", "%s@%s.io" % (word(), word()),
        "v%d.%d.%d" % (r.randint(0, 9), r.randint(0, 30), r.randint(0, 9)), "Bearer",
        "2024-0%d-1%dT0%d:00:00Z" % (r.randint(1, 9), r.randint(0, 9), r.randint(0, 9)),
    ])


TOKEN_NAMES = ["api_key", "apiKey", "secret_key", "auth_token", "access_token", "client_secret",
               "API_TOKEN", "SECRET", "{s}_token", "{s}_api_key", "{S}_SECRET", "{S}_API_KEY",
               "{s}ApiKey", "{s}Secret", "accessToken", "signing_secret", "deploy_token"]
PASSWORD_NAMES = ["password", "db_password", "DB_PASSWORD", "{s}_password", "{S}_PASSWORD",
                  "{s}Password", "passwd", "smtp_pass", "admin_password", "PGPASSWORD", "userPass"]
URL_NAMES = ["database_url", "DATABASE_URL", "{s}_url", "dsn", "connectionString", "{S}_DSN"]
WEAK_NAMES = ["key", "cache_key", "session", "salt", "nonce", "{s}_key", "seed", "{s}Key"]
ANY_NAMES = TOKEN_NAMES + PASSWORD_NAMES

# kind, whether it is a credential, its names, what makes its value, and its part of the corpus
KINDS = [
    ("token", True, TOKEN_NAMES, generic, 11), ("vendor token", True, TOKEN_NAMES, vendor, 11),
    ("password", True, PASSWORD_NAMES, password, 13), ("url", True, URL_NAMES, connection, 10),
    ("jwt", True, TOKEN_NAMES, jwt, 2), ("placeholder", False, ANY_NAMES, placeholder, 6),
    ("reference", False, ANY_NAMES, reference, 6), ("digest", False, TOKEN_NAMES, digest, 6),
    ("uuid", False, TOKEN_NAMES, lambda: str(uuid.UUID(bytes=r.randbytes(16))), 5),
    ("hash", False, PASSWORD_NAMES, hashed, 4), ("leet", False, PASSWORD_NAMES, leet, 4),
    ("sample", False, TOKEN_NAMES, sample, 4), ("licence", False, TOKEN_NAMES, licence, 3),
    ("encoded", False, TOKEN_NAMES, encoded_placeholder, 3), ("wire", False, TOKEN_NAMES, wire, 4),
    ("text", False, ANY_NAMES, text_value, 5),
    ("weak hex", False, WEAK_NAMES, lambda: some(HEX, r.choice([32, 40, 64])), 3),
]

HEADS = ["host", "port", "retries", "region", "mode", "level", "title", "owner"]


def plain_lines(form):
    return [form(r.choice(HEADS) + str(i), word() if i % 2 else str(r.randint(1, 9000)))
            for i in range(r.randint(2, 8))]


def quoted(v):
    return '"' + v.replace("\\", "\\\\").replace('"', '\\"') + '"'


# Of each format the endings of its files, how a line assigns, and what stands around the lines.
FORMATS = [
    (["py"], lambda n, v: f"{n} = {quoted(v)}", "import os\n\n", "\n"),
    (["js", "ts"], lambda n, v: f"const {n} = {quoted(v)};", "'use strict';\n", "\n"),
    (["java"], lambda n, v: f"\tprivate static final String {n} = {quoted(v)};",
     "class Settings {\n", "\n}\n"),
    (["go"], lambda n, v: f"var {n} = {quoted(v)}", "package settings\n\n", "\n"),
    (["rb"], lambda n, v: f"{n} = {quoted(v)}", "require 'json'\n", "\n"),
    (["php"], lambda n, v: f"${n} = '{v}';", "<?php\n", "\n"),
    (["env"], lambda n, v: f"{n}={v}", "", "\n"),
    (["yaml", "yml"], lambda n, v: f"  {n}: {quoted(v) if r.random() < .6 else v}", "app:\n", "\n"),
    (["json"], lambda n, v: f"  {quoted(n)}: {quoted(v)},", "{\n", '\n  "end": 1\n}\n'),
    (["toml"], lambda n, v: f"{n} = {quoted(v)}", "[app]\n", "\n"),
    (["properties", "ini"], lambda n, v: f"{n}={v}", "", "\n"),
    (["xml"], lambda n, v: f"  <{n}>{v.replace('&', '&amp;').replace('<', '&lt;')}</{n}>",
     "<app>\n", "\n</app>\n"),
    (["sh"], lambda n, v: f"export {n}={quoted(v)}", "#!/bin/sh\nset -eu\n", "\n"),
    (["tf"], lambda n, v: f"  {n} = {quoted(v)}", 'locals {\n', "\n}\n"),
]


def row(i):
    kind, secret, names, make, _ = r.choices(KINDS, [k[4] for k in KINDS])[0]
    endings, form, head, tail = r.choice(FORMATS)
    service = r.choice(SERVICES)
    name = r.choice(names).format(s=service, S=service.upper())
    lines = plain_lines(form)
    at = r.randint(0, len(lines))
    lines.insert(at, form(name, make()))
    path = f"{r.choice(['src', 'config', 'app', 'deploy'])}/{service}{i}.{r.choice(endings)}"
    return {"path": path, "text": head + "\n".join(lines) + tail, "secret": secret, "kind": kind,
            "line": head.count("\n") + at + 1}


def main():
    r.seed(int(sys.argv[1]) if len(sys.argv) > 1 else 17)
    for i in range(int(sys.argv[2]) if len(sys.argv) > 2 else 5000):
        print(json.dumps(row(i)))


main()
