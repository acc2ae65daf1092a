#!/usr/bin/env python3
"""A second reader of logs' checkpoints and proofs, and a second witness, written from the specifications alone:
RFC 6962 and RFC 9162 (trees), RFC 8032 (Ed25519), C2SP signed-note, tlog-checkpoint, tlog-cosignature, tlog-proof and
tlog-witness.  Slow and obvious; nothing of ours is called.

  tlog.py proof FILE ROWHASH LOGKEY [WITNESSKEY...]   says `good`, or what is wrong with the proof
  tlog.py witness NAME SEED FILE LOGKEY...            serves a witness; prints its key and its address; keeps what it saw in FILE
  tlog.py submit URL OLDNOTE NEWNOTE PROOF            posts a checkpoint; prints the status and the answer
"""
import base64, hashlib, http.server, json, os, sys, time, urllib.request

# ---- RFC 8032, section 5.1, affine and slow
P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
I = pow(2, (P - 1) // 4, P)


def add(p, q):
    (x1, y1), (x2, y2) = p, q
    t = D * x1 * x2 * y1 * y2
    return (x1 * y2 + x2 * y1) * pow(1 + t, -1, P) % P, (y1 * y2 + x1 * x2) * pow(1 - t, -1, P) % P


def mul(n, p):
    q = (0, 1)
    while n:
        if n & 1:
            q = add(q, p)
        p = add(p, p)
        n >>= 1
    return q


def x_of(y, sign):
    xx = (y * y - 1) * pow(D * y * y + 1, P - 2, P)
    x = pow(xx, (P + 3) // 8, P)
    if (x * x - xx) % P:
        x = x * I % P
    if (x * x - xx) % P or (x == 0 and sign):
        raise ValueError("no point")
    return P - x if x & 1 != sign else x


BASE = (x_of(4 * pow(5, P - 2, P) % P, 0), 4 * pow(5, P - 2, P) % P)


def pack(p):
    return (p[1] | (p[0] & 1) << 255).to_bytes(32, "little")


def unpack(b):
    n = int.from_bytes(b, "little")
    y = n & (1 << 255) - 1
    if y >= P:
        raise ValueError("no point")
    return x_of(y, n >> 255), y


def sha512(b):
    return int.from_bytes(hashlib.sha512(b).digest(), "little")


def secret(seed):
    h = hashlib.sha512(seed).digest()
    return (int.from_bytes(h[:32], "little") & (1 << 254) - 8) | 1 << 254, h[32:]


def public(seed):
    return pack(mul(secret(seed)[0], BASE))


def sign(seed, message):
    a, prefix = secret(seed)
    r = sha512(prefix + message) % L
    point = pack(mul(r, BASE))
    return point + ((r + sha512(point + public(seed) + message) % L * a) % L).to_bytes(32, "little")


def verifies(key, message, signature):
    if len(signature) != 64:
        return False
    s = int.from_bytes(signature[32:], "little")
    try:
        a, r = unpack(key), unpack(signature[:32])
    except ValueError:
        return False
    return s < L and mul(s, BASE) == add(r, mul(sha512(signature[:32] + key + message) % L, a))


# ---- signed notes
def read_key(text):
    name, ident, rest = text.split("+", 2)
    body = base64.b64decode(rest, validate=True)
    if hashlib.sha256(name.encode() + b"\n" + body).digest()[:4].hex() != ident or len(body) != 33:
        raise ValueError("a key whose id is not its own: " + text)
    return name, bytes.fromhex(ident), body[0], body[1:]


def write_key(name, kind, key):
    body = bytes([kind]) + key
    ident = hashlib.sha256(name.encode() + b"\n" + body).digest()[:4]
    return f"{name}+{ident.hex()}+{base64.b64encode(body).decode()}", ident


def split_note(text):
    at = text.rindex("\n\n")
    return text[: at + 1], text[at + 2 :]


def signed_by(note, key):
    name, ident, kind, public_key = read_key(key)
    text, lines = split_note(note)
    good = False
    for line in lines.splitlines():
        dash, who, blob = line.split(" ")
        blob = base64.b64decode(blob, validate=True)
        if dash != "\u2014" or who != name or blob[:4] != ident:
            continue
        message = text.encode()
        if kind == 4:
            message = b"cosignature/v1\ntime %d\n" % int.from_bytes(blob[4:12], "big") + message
            blob = blob[8:]
        if not verifies(public_key, message, blob[4:]):
            raise ValueError("a false signature by " + name)
        good = True
    return good


# ---- trees
def leaf_hash(entry):
    return hashlib.sha256(b"\0" + entry).digest()


def node_hash(left, right):
    return hashlib.sha256(b"\1" + left + right).digest()


def included(index, size, leaf, path):
    """RFC 9162, 2.1.3.2: the root that the path leads to."""
    fn, sn, r = index, size - 1, leaf
    for p in path:
        if sn == 0:
            raise ValueError("the path is too long")
        if fn & 1 or fn == sn:
            r = node_hash(p, r)
            while fn and not fn & 1:
                fn >>= 1
                sn >>= 1
        else:
            r = node_hash(r, p)
        fn >>= 1
        sn >>= 1
    if sn:
        raise ValueError("the path is too short")
    return r


def consistent(first, second, first_root, second_root, path):
    """RFC 9162, 2.1.4.2."""
    if first == 0:
        return not path
    if first == second:
        return not path and first_root == second_root
    if first & (first - 1) == 0:
        path = [first_root] + path
    if not path:
        return False
    fn, sn = first - 1, second - 1
    while fn & 1:
        fn >>= 1
        sn >>= 1
    fr = sr = path[0]
    for c in path[1:]:
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            fr, sr = node_hash(c, fr), node_hash(c, sr)
            while fn and not fn & 1:
                fn >>= 1
                sn >>= 1
        else:
            sr = node_hash(sr, c)
        fn >>= 1
        sn >>= 1
    return sn == 0 and fr == first_root and sr == second_root


def read_checkpoint(note):
    origin, size, root = split_note(note)[0].split("\n")[:3]
    return origin, int(size), base64.b64decode(root, validate=True)


# ---- what is asked
def proof(file, row_hash, log_key, *witnesses):
    text = open(file).read()
    head, rest = text.split("\n\n", 1)
    lines = head.split("\n")
    if lines.pop(0) != "c2sp.org/tlog-proof@v1":
        raise ValueError("no proof")
    if lines[0].startswith("extra "):
        lines.pop(0)
    index = int(lines.pop(0).removeprefix("index "))
    origin, size, root = read_checkpoint(rest)
    name, _, _, key = read_key(log_key)
    if origin != name and not origin.startswith(name + "/"):
        raise ValueError("the checkpoint is of another log: " + origin)
    if not signed_by(rest, write_key(origin, 1, key)[0]):
        raise ValueError("the log did not sign")
    for witness in witnesses:
        if not signed_by(rest, witness):
            raise ValueError("a witness did not sign: " + witness)
    leaf = leaf_hash(bytes.fromhex(row_hash))
    if included(index, size, leaf, [base64.b64decode(line, validate=True) for line in lines]) != root:
        raise ValueError("the row is not in the tree")
    print("good")


class Witness(http.server.BaseHTTPRequestHandler):
    name = seed = file = None
    logs = ()

    def answer(self, status, body, kind="text/plain"):
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body.encode())))
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, *_):
        pass

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        seen = json.load(open(self.file)) if os.path.exists(self.file) else {}
        head, note = body.split("\n\n", 1)
        old, *lines = head.split("\n")
        old = int(old.removeprefix("old "))
        origin, size, root = read_checkpoint(note)
        keys = [k for k in self.logs if origin == read_key(k)[0] or origin.startswith(read_key(k)[0] + "/")]
        if not keys:
            return self.answer(404, "unknown log\n")
        if not any(signed_by(note, write_key(origin, 1, read_key(k)[3])[0]) for k in keys):
            return self.answer(403, "not signed\n")
        if old > size:
            return self.answer(400, "old is larger\n")
        before = seen.get(origin, [0, ""])
        if before[0] != old:
            return self.answer(409, f"{before[0]}\n", "text/x.tlog.size")
        if old == size and before[1] != root.hex():
            return self.answer(409, "another root\n")
        path = [base64.b64decode(line, validate=True) for line in lines]
        if not consistent(old, size, bytes.fromhex(before[1]), root, path):
            return self.answer(422, "not consistent\n")
        seen[origin] = [size, root.hex()]
        json.dump(seen, open(self.file, "w"))
        now = int(time.time())
        message = b"cosignature/v1\ntime %d\n" % now + split_note(note)[0].encode()
        ident = write_key(self.name, 4, public(self.seed))[1]
        blob = ident + now.to_bytes(8, "big") + sign(self.seed, message)
        return self.answer(200, f"\u2014 {self.name} {base64.b64encode(blob).decode()}\n")


def witness(name, seed, file, *logs):
    Witness.name, Witness.seed, Witness.file, Witness.logs = name, hashlib.sha256(seed.encode()).digest(), file, logs
    server = http.server.HTTPServer(("127.0.0.1", 0), Witness)
    print(write_key(name, 4, public(Witness.seed))[0])
    print(f"http://127.0.0.1:{server.server_address[1]}", flush=True)
    server.serve_forever()


def submit(url, old, note, *lines):
    body = f"old {old}\n" + "".join(line + "\n" for line in lines) + "\n" + open(note).read()
    try:
        with urllib.request.urlopen(url + "/add-checkpoint", body.encode()) as reply:
            print(reply.status, reply.read().decode(), end="")
    except urllib.error.HTTPError as refused:
        print(refused.code, refused.headers["Content-Type"], refused.read().decode(), end="")


if __name__ == "__main__":
    try:
        {"proof": proof, "witness": witness, "submit": submit}[sys.argv[1]](*sys.argv[2:])
    except ValueError as wrong:
        print("bad:", wrong)
        sys.exit(1)
