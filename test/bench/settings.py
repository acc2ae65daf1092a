#!/usr/bin/env python3
"""Writes a second invented corpus for bench-detect_corpus: settings as people write them.

    settings.py [SEED [COUNT]] >settings.jsonl

Rows are those of corpus.py.  Here a line stands among other settings, nested or flat, quoted as its
format has it, in twelve formats and more than one way of each; the values are drawn anew.
"""
import base64
import json
import random
import string
import sys

LOWER, UPPER, DIGITS = string.ascii_lowercase, string.ascii_uppercase, string.digits
ALNUM, HEX = LOWER + UPPER + DIGITS, "0123456789abcdef"
NOUNS = """acorn alder arrow aspen atlas bishop bolt breeze bridge brook candle canyon carbon castle
comet cricket crown dagger daisy delta dune echo ferry finch fjord flame frost garden ginkgo goose
hammer harvest hazel helmet hollow jaguar jungle kayak kestrel ladder laurel ledge linden lynx magnet
mango mesa mirror moss needle nutmeg oasis otter oyster paddle pearl pigeon pilot plover prism puffin
quarry radar reef ridge saddle salmon scarlet shadow spark sparrow stone storm sugar swallow tango
temple thistle tower trout tulip turtle umbra vapor walrus wander willow wolf yarrow zephyr""".split()
APPS = """shop crm blog wiki forum chat feed proxy queue worker mailer metrics alerts backup archive
catalog checkout inventory shipping booking loyalty rewards survey tracker planner scheduler""".split()
r = random.Random()


def pick(alphabet, count):
    while True:
        text = "".join(r.choice(alphabet) for _ in range(count))
        kinds = [k for k in (LOWER, UPPER, DIGITS) if set(k) & set(alphabet)]
        if count < 2 * len(kinds) or all(set(k) & set(text) for k in kinds):
            return text


def noun():
    return r.choice(NOUNS)


def encoded(count):
    return base64.b64encode(r.randbytes(count)).decode()


# Credentials.
def machine_token():
    return r.choice([
        lambda: pick(ALNUM, r.randint(22, 64)), lambda: pick(HEX, r.choice([32, 40, 48, 64])),
        lambda: encoded(r.choice([24, 32, 48])), lambda: pick(LOWER + DIGITS, r.randint(26, 50)),
        lambda: pick(UPPER + DIGITS, r.randint(24, 40)),
        lambda: base64.urlsafe_b64encode(r.randbytes(32)).decode().rstrip("="),
        lambda: f"{noun()[:3]}_{pick(ALNUM, 32)}", lambda: f"{noun()}-live-{pick(HEX, 32)}",
        lambda: pick(ALNUM, 8) + "." + pick(ALNUM, 32), lambda: pick(DIGITS, 9) + ":" + pick(ALNUM, 35),
    ])()


def maker_token():
    return r.choice([
        lambda: "AKIA" + pick(UPPER + "234567", 16), lambda: "ASIA" + pick(UPPER + "234567", 16),
        lambda: "gho_" + pick(ALNUM, 36), lambda: "ghs_" + pick(ALNUM, 36),
        lambda: "github_pat_1" + pick(ALNUM, 21) + "_" + pick(ALNUM, 59),
        lambda: "glpat-" + pick(ALNUM, 20), lambda: "glrt-" + pick(ALNUM, 20),
        lambda: "rk_live_" + pick(ALNUM, 24), lambda: "sk_live_51" + pick(ALNUM, 97),
        lambda: "SG." + pick(ALNUM, 22) + "." + pick(ALNUM, 43),
        lambda: "xoxp-" + pick(DIGITS, 12) + "-" + pick(DIGITS, 12) + "-" + pick(DIGITS, 12) + "-" + pick(HEX, 32),
        lambda: "AIza" + pick(ALNUM, 35), lambda: "dop_v1_" + pick(HEX, 64),
        lambda: "hf_" + pick(LOWER + UPPER, 34), lambda: "sk-proj-" + pick(ALNUM, 74) + "T3BlbkFJ" + pick(ALNUM, 74),
        lambda: "pul-" + pick(HEX, 40), lambda: "NRAK-" + pick(UPPER + DIGITS, 27),
        lambda: "dapi" + pick(HEX, 32), lambda: "phx_" + pick(ALNUM, 43),
        lambda: "shpss_" + pick(HEX, 32), lambda: "xkeysib-" + pick(HEX, 64) + "-" + pick(ALNUM, 16),
        lambda: "lin_oauth_" + pick(HEX, 64), lambda: "ntn_" + pick(DIGITS, 11) + pick(ALNUM, 35),
        lambda: "sntrys_" + base64.b64encode(json.dumps({"iat": 1690000000.0, "url": "https://sentry.io"}).encode()).decode() + "_" + pick(ALNUM, 43),
        lambda: "EZAK" + pick(ALNUM, 54), lambda: "sgp_" + pick(HEX, 40), lambda: "r8_" + pick(ALNUM, 37),
    ])()


def person_password():
    return r.choice([
        lambda: pick(ALNUM, r.randint(9, 20)),
        lambda: pick(ALNUM + "!#%&*+-=?@^_~", r.randint(10, 22)),
        lambda: noun().capitalize() + pick(DIGITS, 4) + r.choice("!?#*"),
        lambda: noun() + r.choice("-_.+") + noun() + r.choice("-_.+") + noun() + pick(DIGITS, 2),
        lambda: noun().capitalize() + noun().capitalize() + pick(DIGITS, 3),
        lambda: pick(UPPER, 1) + pick(LOWER, 5) + r.choice("@#!") + pick(DIGITS, 4),
        lambda: "-".join(pick(LOWER + DIGITS, 5) for _ in range(3)),
        lambda: pick(LOWER + DIGITS, r.randint(10, 16)),
    ])()


def in_url(text):
    return "".join(c if c.isalnum() or c in "-_.~!*+" else "%%%02X" % ord(c) for c in text)


def connection():
    user, host = noun(), f"{noun()}-{r.choice(['db', 'pg', 'mq', 'cache'])}.{noun()}.{r.choice(['internal', 'net', 'cloud', 'lan'])}"
    word = person_password()
    safe = "".join(c for c in word if c not in ";=\"'&")
    return r.choice([
        lambda: f"postgresql://{user}:{in_url(word)}@{host}:5432/{noun()}?sslmode=require",
        lambda: f"mysql+pymysql://{user}:{in_url(word)}@{host}:3306/{noun()}",
        lambda: f"mongodb://{user}:{in_url(word)}@{host}:27017/{noun()}?authSource=admin",
        lambda: f"rediss://default:{in_url(word)}@{host}:6380/2",
        lambda: f"amqp://{user}:{in_url(word)}@{host}:5672//",
        lambda: f"sqlserver://{host}:1433;databaseName={noun()};user={user};password={safe};encrypt=true",
        lambda: f"Host={host};Port=5432;Username={user};Password={safe};Database={noun()}",
        lambda: f"Data Source={host};Initial Catalog={noun()};User ID={user};Pwd={safe}",
        lambda: f"DefaultEndpointsProtocol=https;AccountName={noun()};AccountKey={encoded(64)};EndpointSuffix=core.windows.net",
        lambda: f"Endpoint=sb://{noun()}.servicebus.windows.net/;SharedAccessKeyName=Root;SharedAccessKey={encoded(32)}",
        lambda: f"smtp://{user}:{in_url(word)}@{host}:587", lambda: f"https://{pick(ALNUM, 32)}@{host}/{noun()}.git",
        lambda: f"jdbc:postgresql://{host}/{noun()}?user={user}&password={in_url(word)}",
        lambda: f"clickhouse://{user}:{in_url(word)}@{host}:9440/{noun()}",
    ])()


# What is none.
def blank():
    app = noun()
    return r.choice([
        "changeme", "change-me", "<password>", "<your-api-key>", "YOUR_API_KEY", "your-token-here", "xxxx-xxxx-xxxx",
        "xxxxxxxxxxxxxxxxxxxxxxxx", "................", "************", "todo", "FIXME", "null", "undefined", "None",
        "example", "dummy", "fake", "testing", "replace-me", "REPLACE_WITH_YOUR_SECRET", "put-your-key-here",
        "[redacted]", "REDACTED", "(hidden)", "my-secret", "mysecretkey", "secret", "password", "admin", "root",
        f"your-{app}-secret", f"INSERT_{app.upper()}_KEY", "set-in-production", "not-set", "default", "s3cr3t",
        "sk-xxxxxxxxxxxxxxxx", "sk_test_your_key_here", "ghp_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
        "AKIAXXXXXXXXXXXXXXXX", "user:pass", "dev-only-not-a-secret", "generate-me-with-openssl", "placeholder123",
    ])


def pointer():
    a, b = noun(), noun()
    return r.choice([
        f"${{{a.upper()}_SECRET}}", f"${a.upper()}_PASSWORD", f"${{env:{a.upper()}_TOKEN}}", f"%{a.upper()}_KEY%",
        f"${{{{ secrets.{a.upper()} }}}}", f"{{{{ {a}_password }}}}", f"{{{{ .Values.{a}.{b} }}}}", f"<%= {a}_secret %>",
        f"vault://secret/{a}/{b}", f"aws-sm://{a}/{b}", f"gcp-secret:{a}-{b}", f"arn:aws:ssm:us-east-1:210987654321:parameter/{a}/{b}",
        f"/etc/{a}/{b}.key", f"/var/run/secrets/{a}/{b}", f"keys/{a}.pem", f"file:{a}/{b}.txt", f"op://{a}/{b}/credential",
        f"{a}-{b}-secret", f"{a}-credentials", f"projects/{a}/secrets/{b}", f"keyring:{a}", f"@{a}_{b}_token@",
        f"!vault {a}", f"https://{a}.{b}.dev/settings/tokens", f"{a}.{b}.secret.name", f"__{a.upper()}_TOKEN__",
        f"#{{{a}.password}}", f"{{{a}_token}}",
    ])


def summary():
    return r.choice([
        lambda: "sha256:" + pick(HEX, 64), lambda: "sha256-" + encoded(32), lambda: "sha512-" + encoded(64),
        lambda: f"md5={pick(HEX, 32)}", lambda: f"registry.{noun()}.net/{noun()}@sha256:{pick(HEX, 64)}",
        lambda: "SHA256:" + encoded(32).rstrip("="), lambda: "$2y$10$" + pick(ALNUM + "./", 53),
        lambda: "$argon2i$v=19$m=4096,t=3,p=1$" + encoded(12) + "$" + encoded(24),
        lambda: "$6$rounds=5000$" + pick(ALNUM, 12) + "$" + pick(ALNUM + "./", 86),
        lambda: "scrypt:32768:8:1$" + pick(ALNUM, 16) + "$" + pick(HEX, 128),
        lambda: "{SSHA512}" + encoded(72), lambda: "sha1$" + pick(ALNUM, 8) + "$" + pick(HEX, 40),
    ])()


def uuid():
    return "-".join(pick(HEX, n) for n in (8, 4, 4, 4, 12))


def words():
    a, b, c = noun(), noun(), noun()
    return r.choice([
        f"{a}", f"{a} {b} {c}", f"The {a} of your {b}", f"{a}_{b}", f"{a}.{b}.{c}", f"{a}-{b}", f"{a}{b.capitalize()}",
        f"{a.upper()}_{b.upper()}", f"X-{a.capitalize()}-Token", "Authorization", "Bearer", "required", "string", "Basic",
        f"{a}/{b}", f"/api/v1/{a}/token", f"{r.randint(1, 3600)}", f"{r.randint(1, 90)}d", "true", "false", "optional", f"{a}@{b}.net",
        f"Enter your {a} password", f"{a}:read {b}:write", f"#{pick(HEX, 6)}", f"Invalid {a} token", f"{a}Token", f"get{a.capitalize()}Secret",
        f"^[A-Za-z0-9]{{{r.randint(8, 40)}}}$", "min:8|max:64", f"input[type=password]", f"v{r.randint(0, 9)}.{r.randint(0, 20)}.1",
        "HS256", "RS256", "aes-256-gcm", "pbkdf2_sha256", "client_credentials", "authorization_code", "Contraseña", "パスワード", "Passwort vergessen?",
    ])


def public():
    return r.choice([
        lambda: "pk_live_" + pick(ALNUM, 24), lambda: "pk_test_" + pick(ALNUM, 24),
        lambda: "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI" + encoded(32)[:43], lambda: "-----BEGIN PUBLIC KEY-----",
        lambda: "AKIAIOSFODNN7EXAMPLE", lambda: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
        lambda: "0123456789abcdef0123456789abcdef", lambda: "abcdefghijklmnopqrstuvwxyz", lambda: "00000000000000000000000000000000",
        lambda: "4111111111111111", lambda: "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8A" + encoded(60),
        lambda: "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAA" + encoded(30), lambda: "postgres://localhost:5432/" + noun(),
        lambda: f"https://{noun()}.{noun()}.net/oauth/token", lambda: f"postgres://user:password@localhost/{noun()}",
        lambda: f"mysql://root:root@127.0.0.1/{noun()}", lambda: f"redis://{noun()}:6379/0", lambda: f"amqp://guest:guest@{noun()}:5672",
        lambda: f"postgres://{noun()}:${{PASSWORD}}@{noun()}.internal/{noun()}", lambda: f"mongodb://<user>:<password>@{noun()}.net/{noun()}",
        lambda: f"Server={noun()};Database={noun()};Integrated Security=true", lambda: f"Host={noun()};Username={noun()};Password=***",
    ])()


TOKENS = ["apiKey", "api_key", "API_KEY", "api-key", "token", "TOKEN", "accessToken", "access_token", "auth_token", "authToken", "secret",
          "clientSecret", "client_secret", "CLIENT_SECRET", "secretKey", "SECRET_KEY", "{a}_token", "{A}_TOKEN", "{a}Token", "{A}_API_KEY", "{a}ApiKey",
          "{a}_secret", "{A}_SECRET_KEY", "bearerToken", "refresh_token", "webhookSecret", "WEBHOOK_SECRET", "jwt_secret", "JWT_SECRET", "sessionSecret",
          "encryption_key", "ENCRYPTION_KEY", "{a}_private_token", "appSecret", "deployKey", "{a}_access_key", "x-api-key", "consumer_secret"]
PASSWORDS = ["password", "PASSWORD", "passwd", "pass", "pwd", "db_pass", "dbPassword", "DB_PASSWORD", "db.password", "{a}_password", "{A}_PASSWORD", "{a}Password",
             "{a}_passwd", "{A}_PASS", "userPassword", "adminPassword", "ROOT_PASSWORD", "smtp_password", "ldap_bind_password", "keystorePassword", "passphrase",
             "REDIS_PASSWORD", "ftp_pwd", "mysql_root_password", "spring.datasource.password"]
URLS = ["DATABASE_URL", "database_url", "databaseUrl", "{a}_dsn", "{A}_DSN", "connectionString", "connection_string", "{A}_URL", "{a}Url", "url", "uri", "MONGO_URI",
        "REDIS_URL", "broker_url", "spring.datasource.url", "sqlalchemy.url", "ConnectionString", "repository"]
SECRETS = TOKENS + PASSWORDS

KINDS = [
    ("token", True, TOKENS, machine_token, 14), ("vendor token", True, TOKENS, maker_token, 10), ("password", True, PASSWORDS, person_password, 14),
    ("connection", True, URLS, connection, 12), ("placeholder", False, SECRETS, blank, 10), ("reference", False, SECRETS, pointer, 12),
    ("digest or hash", False, SECRETS, summary, 7), ("uuid", False, TOKENS, uuid, 3), ("words", False, SECRETS, words, 12),
    ("public", False, SECRETS + URLS, public, 6),
]
PLAIN = [("host", lambda: noun() + ".internal"), ("port", lambda: str(r.randint(1000, 9999))), ("timeout", lambda: str(r.randint(1, 60))),
         ("region", lambda: r.choice(["eu-west-1", "us-east-2", "ap-south-1"])), ("level", lambda: r.choice(["info", "debug", "warn"])),
         ("name", noun), ("title", lambda: f"{noun().capitalize()} {noun()}"), ("enabled", lambda: r.choice(["true", "false"])),
         ("path", lambda: f"/srv/{noun()}/{noun()}"), ("user", noun), ("email", lambda: f"{noun()}@{noun()}.net"), ("version", lambda: f"{r.randint(0, 9)}.{r.randint(0, 20)}.{r.randint(0, 9)}")]


def word_name(name):
    """As an identifier of a program."""
    return name.replace("-", "_").replace(".", "_")


def dq(v):
    return '"' + v.replace("\\", "\\\\").replace('"', '\\"') + '"'


def sq(v):
    return "'" + v.replace("\\", "\\\\").replace("'", "\\'") + "'"


def q(v):
    return r.choice([dq, sq])(v)


def xml(v):
    return v.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")


def bare_yaml(v):
    risky = v[:1] in "!&*-?|>@`\"'%{[#," or ": " in v or " #" in v or v == ""
    return dq(v) if risky else v


def shell_bare(v):
    return v if all(c.isalnum() or c in "-_./:=+,@%" for c in v) else sq(v)


# Each: endings or whole names, ways to write one setting, and head and tail of the file.
FORMATS = [
    ("env", [".env", ".env.production", "app.env"], [lambda n, v: f"{word_name(n).upper()}={v}", lambda n, v: f"{word_name(n).upper()}={dq(v)}",
     lambda n, v: f"export {word_name(n).upper()}={sq(v)}"], ["", "# settings\n"], ["\n"]),
    ("ini", ["app.ini", "server.conf", "setup.cfg"], [lambda n, v: f"{n} = {v}", lambda n, v: f"{n}={v}", lambda n, v: f"{n} = {dq(v)}"],
     ["[main]\n", "; made by hand\n[service]\n"], ["\n"]),
    ("properties", ["application.properties", "gradle.properties"], [lambda n, v: f"{n}={v}", lambda n, v: f"app.{n} = {v}", lambda n, v: f"app.{n}: {v}"], ["", "# app\n"], ["\n"]),
    ("yaml", ["config.yml", "values.yaml", "docker-compose.yml"], [lambda n, v: f"    {n}: {bare_yaml(v)}", lambda n, v: f"    {n}: {q(v)}",
     lambda n, v: f"    - {word_name(n).upper()}={v}", lambda n, v: f"    - name: {word_name(n).upper()}\n      value: {q(v)}"], ["services:\n  web:\n", "---\napp:\n  main:\n"], ["\n"]),
    ("json", ["config.json", "appsettings.json", "settings.json"], [lambda n, v: f"    {json.dumps(n)}: {json.dumps(v)},",
     lambda n, v: f"    {{\"name\": {json.dumps(n)}, \"value\": {json.dumps(v)}}},"], ["{\n  \"app\": {\n"], ["\n    \"end\": 0\n  }\n}\n"]),
    ("toml", ["config.toml", "pyproject.toml"], [lambda n, v: f"{n.replace('.', '_')} = {dq(v)}", lambda n, v: f"{n.replace('.', '_')} = {sq(v)}"], ["[tool.app]\n"], ["\n"]),
    ("xml", ["web.config", "settings.xml", "app.xml"], [lambda n, v: f"    <{n}>{xml(v)}</{n}>", lambda n, v: f"    <add key=\"{n}\" value=\"{xml(v)}\" />",
     lambda n, v: f"    <property name=\"{n}\">{xml(v)}</property>", lambda n, v: f"    <setting id=\"main\" {n}=\"{xml(v)}\"/>"], ["<configuration>\n"], ["\n</configuration>\n"]),
    ("hcl", ["main.tf", "prod.tfvars", "job.nomad"], [lambda n, v: f"  {word_name(n)} = {dq(v)}", lambda n, v: f"  {word_name(n)}    = {dq(v)} # kept by ops"], ['resource "app" "main" {\n'], ["\n}\n"]),
    ("Dockerfile", ["Dockerfile", "web.Dockerfile"], [lambda n, v: f"ENV {word_name(n).upper()}={shell_bare(v)}", lambda n, v: f"ENV {word_name(n).upper()} {v}",
     lambda n, v: f"ARG {word_name(n).upper()}={dq(v)}", lambda n, v: f"RUN {word_name(n).upper()}={shell_bare(v)} make build"], ["FROM debian:12\n"], ["\nCMD [\"run\"]\n"]),
    ("shell", ["deploy.sh", "run.bash", "setup"], [lambda n, v: f"export {word_name(n).upper()}={dq(v)}", lambda n, v: f"{word_name(n)}={sq(v)}",
     lambda n, v: f"{word_name(n).upper()}={shell_bare(v)} ./run --fast", lambda n, v: f"kubectl create secret generic app --from-literal={n}={shell_bare(v)}",
     lambda n, v: f"./run --{word_name(n).replace('_', '-').lower()} {shell_bare(v)}"], ["#!/bin/sh\nset -e\n"], ["\n"]),
    ("python", ["settings.py", "app.py"], [lambda n, v: f"{word_name(n)} = {q(v)}", lambda n, v: f"    {q(n)}: {q(v)},", lambda n, v: f"client = Client({word_name(n)}={q(v)})",
     lambda n, v: f"os.environ[{q(word_name(n).upper())}] = {q(v)}", lambda n, v: f"{word_name(n)} = os.getenv({q(word_name(n).upper())}, {q(v)})", lambda n, v: f"self.{word_name(n)}: str = {q(v)}"],
     ["import os\n\n"], ["\n"]),
    ("javascript", ["config.js", "app.ts", "main.mjs"], [lambda n, v: f"const {word_name(n)} = {q(v)};", lambda n, v: f"  {word_name(n)}: {q(v)},", lambda n, v: f"process.env.{word_name(n).upper()} = {q(v)};",
     lambda n, v: f"const {word_name(n)} = process.env.{word_name(n).upper()} || {q(v)};", lambda n, v: f"headers['{n}'] = {q(v)};", lambda n, v: f"let {word_name(n)}: string = `{v}`;"], ["'use strict';\n"], ["\n"]),
    ("jvm", ["Settings.java", "Config.kt", "Main.scala"], [lambda n, v: f"  private static final String {word_name(n).upper()} = {dq(v)};", lambda n, v: f"  val {word_name(n)} = {dq(v)}",
     lambda n, v: f"  config.set{word_name(n)[:1].upper() + word_name(n)[1:]}({dq(v)});", lambda n, v: f"  props.put({dq(n)}, {dq(v)});"], ["class Settings {\n"], ["\n}\n"]),
    ("go", ["config.go", "main.go"], [lambda n, v: f"\t{word_name(n)} := {dq(v)}", lambda n, v: f"\t{word_name(n).capitalize()}: {dq(v)},", lambda n, v: f"const {word_name(n)} = {dq(v)}", lambda n, v: f"\tos.Setenv({dq(word_name(n).upper())}, {dq(v)})"],
     ["package main\n\n"], ["\n"]),
    ("ruby", ["app.rb", "config.rb"], [lambda n, v: f"{word_name(n)} = {q(v)}", lambda n, v: f"config.{word_name(n)} = {q(v)}", lambda n, v: f"  {word_name(n)}: {q(v)},", lambda n, v: f"  :{word_name(n)} => {q(v)},",
     lambda n, v: f"ENV['{word_name(n).upper()}'] ||= {q(v)}"], ["require 'app'\n"], ["\n"]),
    ("php", ["config.php", "index.php"], [lambda n, v: f"${word_name(n)} = {sq(v)};", lambda n, v: f"define('{word_name(n).upper()}', {sq(v)});", lambda n, v: f"  '{n}' => {sq(v)},", lambda n, v: f"putenv('{word_name(n).upper()}={v}');"],
     ["<?php\n"], ["\n"]),
    ("csharp", ["Settings.cs", "Program.cs"], [lambda n, v: f"    private const string {word_name(n)} = {dq(v)};", lambda n, v: f"    options.{word_name(n)[:1].upper() + word_name(n)[1:]} = {dq(v)};", lambda n, v: f"    [{dq(n)}] = {dq(v)},"],
     ["class Settings {\n"], ["\n}\n"]),
    ("rust", ["main.rs", "config.rs"], [lambda n, v: f"    let {word_name(n).lower()} = {dq(v)};", lambda n, v: f"const {word_name(n).upper()}: &str = {dq(v)};", lambda n, v: f"        {word_name(n).lower()}: {dq(v)}.to_string(),"], ["fn main() {\n"], ["\n}\n"]),
    ("sql", ["seed.sql", "setup.sql"], [lambda n, v: f"INSERT INTO settings (name, value) VALUES ('{word_name(n)}', '{v.replace(chr(39), chr(39) * 2)}');",
     lambda n, v: f"UPDATE app SET {word_name(n)} = '{v.replace(chr(39), chr(39) * 2)}' WHERE id = 1;", lambda n, v: f"ALTER DATABASE app SET app.{word_name(n)} = '{v.replace(chr(39), chr(39) * 2)}';"], ["BEGIN;\n"], ["\nCOMMIT;\n"]),
    ("markdown", ["INSTALL.md", "NOTES.md"], [lambda n, v: f"    {word_name(n).upper()}={v}", lambda n, v: f"- {n}: `{v}`", lambda n, v: f"| {n} | {v} |"], ["# Setup\n\n"], ["\n"]),
]


def row(i):
    kind, secret, names, make, _ = r.choices(KINDS, [k[4] for k in KINDS])[0]
    _, files, ways, heads, tails = r.choice(FORMATS)
    way, head, app = r.choice(ways), r.choice(heads), r.choice(APPS)
    name = r.choice(names).format(a=app, A=app.upper())
    before = [way(n, v()) for n, v in r.sample(PLAIN, r.randint(1, 5))]
    after = [way(n, v()) for n, v in r.sample(PLAIN, r.randint(1, 5))]
    value = make().replace("\n", " ")
    wanted = way(name, value)
    first = head + "".join(line + "\n" for line in before)
    inner = wanted.count("\n")
    return {"path": f"{r.choice(['app', 'deploy', 'service', 'ops'])}/{app}{i}/{r.choice(files)}",
            "text": first + wanted + "\n" + "\n".join(after) + r.choice(tails), "secret": secret, "kind": kind,
            "line": first.count("\n") + inner + 1}


def main():
    r.seed(int(sys.argv[1]) if len(sys.argv) > 1 else 41)
    for i in range(int(sys.argv[2]) if len(sys.argv) > 2 else 5000):
        print(json.dumps(row(i)))


main()
