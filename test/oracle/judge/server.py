"""A guarded repository made by hand, and hooks that are called as git calls them."""
import functools
import hashlib
import json
import os
import shutil
import struct
import subprocess
import zlib

from history import Tag, blob, object_id

TRAILERS = {
    "claude-code": "Co-authored-by: Claude <noreply@anthropic.com>",
    "cursor": "Co-authored-by: Cursor <cursoragent@cursor.com>",
    "bot": "Agent: bot",
}
ZERO = "0" * 40


KINDS = {b"commit": 1, b"tree": 2, b"blob": 3, b"tag": 4}


@functools.lru_cache(maxsize=1 << 16)
def packed(kind, data):
    """Its id, and what it is in a pack."""
    size, head = len(data), []
    byte, size = KINDS[kind] << 4 | size & 15, size >> 4
    while size:
        head.append(byte | 128)
        byte, size = size & 127, size >> 7
    return object_id(kind, data), bytes(head + [byte]) + zlib.compress(data, 1)


@functools.lru_cache(maxsize=1 << 16)
def tree_objects(entries):
    """entries: sorted (path, (mode, content)).  The tree's id, and all objects: id -> bytes."""
    files, folders, objects = [], {}, {}
    for path, value in entries:
        name, _, rest = path.partition("/")
        if rest:
            folders.setdefault(name, []).append((rest, value))
        else:
            oid, data = packed(b"blob", blob(value[1])[1])
            objects[oid] = data
            files.append((name, "%o" % value[0], oid))
    for name, inside in folders.items():
        oid, more = tree_objects(tuple(inside))
        objects.update(more)
        files.append((name + "/", "40000", oid))
    files.sort()
    text = b"".join(("%s %s" % (mode, name.rstrip("/"))).encode() + b"\0" + bytes.fromhex(oid)
                    for name, mode, oid in files)
    oid, data = packed(b"tree", text)
    objects[oid] = data
    return oid, objects


def write_commit(commit, number):
    """Gives the commit its id and its objects."""
    tree, objects = tree_objects(tuple(sorted(commit.tree.items())))
    who = "%s <%s@example.com> %d +0000" % (commit.author, commit.author, commit.date)
    text = "tree %s\n" % tree + "".join("parent %s\n" % parent.id for parent in commit.parents)
    text += "author %s\ncommitter %s\n\nCommit %d\n" % (who, who, number)
    if commit.marks:
        text += "\n" + "".join(TRAILERS[mark] + "\n" for mark in commit.marks)
    commit.id, data = packed(b"commit", text.encode())
    commit.objects = dict(objects)
    commit.objects[commit.id] = data


def write_tag(tag):
    text = "object %s\ntype commit\ntag %s\n" % (tag.commit.id, tag.name)
    text += "tagger alice <alice@example.com> 1700000000 +0000\n\nA tag\n"
    if tag.marks:
        text += "\n" + "".join(TRAILERS[mark] + "\n" for mark in tag.marks)
    tag.id, data = packed(b"tag", text.encode())
    tag.objects = {tag.id: data}


def write_objects(folder, values):
    """The objects of commits and tags, as a pack with its index (gitformat-pack)."""
    objects = {}
    for value in values:
        objects.update(value.objects)
    if not objects:
        return
    ids, pack, offsets = sorted(objects), [b"PACK" + struct.pack(">LL", 2, len(objects))], []
    place = len(pack[0])
    for oid in ids:
        offsets.append(place)
        pack.append(objects[oid])
        place += len(objects[oid])
    pack = b"".join(pack)
    trailer = hashlib.sha1(pack).digest()
    fanout, at = [], 0
    for first in range(256):
        while at < len(ids) and int(ids[at][:2], 16) <= first:
            at += 1
        fanout.append(at)
    index = b"\377tOc" + struct.pack(">L", 2) + struct.pack(">256L", *fanout)
    index += bytes.fromhex("".join(ids))
    index += b"".join(struct.pack(">L", zlib.crc32(objects[oid])) for oid in ids)
    index += struct.pack(">%dL" % len(ids), *offsets) + trailer
    name = "%s/pack/pack-%s" % (folder, trailer.hex())
    os.makedirs(folder + "/pack", exist_ok=True)
    for suffix, data in ((".pack", pack + trailer), (".idx", index + hashlib.sha1(index).digest())):
        with open(name + suffix, "wb") as out:
            out.write(data)


class Hooks:
    """A process that runs hooks one after the other (oracle-hooks)."""

    def __init__(self, program):
        self.program, self.process = program, None

    def call(self, arguments, variables, text):
        if not self.process:
            self.process = subprocess.Popen([self.program], stdin=subprocess.PIPE,
                                            stdout=subprocess.PIPE)
        head = "%d %d %d\n" % (len(arguments), len(variables), len(text))
        head += "".join(word + "\n" for word in arguments + variables)
        self.process.stdin.write((head + text).encode())
        self.process.stdin.flush()
        answer = self.process.stdout.readline().split()
        if len(answer) != 2:
            status = self.process.wait()
            self.process = None
            return 256, "the hook died: %d" % status
        return int(answer[0]), self.process.stdout.read(int(answer[1])).decode()

    def end(self):
        if self.process:
            self.process.stdin.close()
            self.process.wait()
            self.process = None


class Repository:
    def __init__(self, room, hooks):
        self.path, self.room, self.hooks, self.number = room + "/server.git", room, hooks, 0
        self.client = room + "/client.git"

    def begin(self, layers, refs):
        """A fresh one, with these layers in force and these refs."""
        stage = self.room + "/stage.git"
        shutil.rmtree(self.path, ignore_errors=True)
        shutil.rmtree(self.client, ignore_errors=True)
        for folder in ("objects/info", "objects/pack", "refs/heads", "countersign"):
            os.makedirs(os.path.join(self.path, folder))
        for name in ("HEAD", "config"):
            shutil.copy(os.path.join(stage, name), self.path)
        shutil.copytree(self.room + "/hooks", self.path + "/hooks")
        for name in os.listdir(stage + "/countersign"):
            if name != "policy.json" and not name.endswith("-journal"):
                shutil.copy(os.path.join(stage, "countersign", name), self.path + "/countersign")
        places = [self.room + "/etc/countersign/policy.json",
                  self.path + "/countersign/policy.json"]
        for place, layer in zip(places, layers + [None]):
            if layer is None:
                if os.path.exists(place):
                    os.unlink(place)
                continue
            with open(place, "w") as out:
                json.dump(layer, out)
        for ref, value in refs.items():
            self.move(ref, value, value.ancestors)

    def move(self, ref, value, sends):
        """As git does it when the hooks let a ref through."""
        path = os.path.join(self.path, ref)
        if value is None:
            os.unlink(path)
            return
        write_objects(self.path + "/objects", sends | {value})
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w") as out:
            out.write(value.id + "\n")

    def pre_receive(self, account, updates, refs, sends, asks=False):
        """Status, verdicts by ref, and what was said; asks: the push only asks."""
        self.number += 1
        quarantine = "%s/objects/tmp_objdir-incoming-%d" % (self.path, self.number)
        os.mkdir(quarantine)
        write_objects(quarantine, sends | {new for _, new in updates if isinstance(new, Tag)})
        text = "".join("%s %s %s\n" % (refs[ref].id if ref in refs else ZERO,
                                       new.id if new else ZERO, ref) for ref, new in updates)
        status, said = self.hooks.call(["pre-receive"], [
            "GIT_DIR=" + self.path, "COUNTERSIGN_USER=" + account,
            "GIT_PUSH_OPTION_COUNT=%d" % (2 if asks else 1),
            "GIT_PUSH_OPTION_0=countersign=json", "GIT_PUSH_OPTION_1=countersign=check",
            "GIT_OBJECT_DIRECTORY=" + quarantine, "GIT_QUARANTINE_PATH=" + quarantine,
            "GIT_ALTERNATE_OBJECT_DIRECTORIES=%s/objects" % self.path], text)
        shutil.rmtree(quarantine)
        return status, verdicts(said), said

    def run(self, arguments, account="nobody"):
        environment = {"PATH": os.environ["PATH"], "HOME": self.room, "GIT_CONFIG_NOSYSTEM": "1",
                       "LC_ALL": "C", "COUNTERSIGN_USER": account}
        ended = subprocess.run(arguments, env=environment, stdout=subprocess.PIPE,
                               stderr=subprocess.STDOUT, text=True, check=False)
        return ended.returncode, ended.stdout

    def push(self, account, updates, refs, sends):
        """The same with git, from a repository that has what is pushed."""
        for folder in ("objects/info", "objects/pack", "refs/heads"):
            os.makedirs(os.path.join(self.client, folder), exist_ok=True)
        for name, text in (("HEAD", "ref: refs/heads/main\n"),
                           ("config", "[core]\nrepositoryformatversion = 0\nbare = true\n")):
            with open(os.path.join(self.client, name), "w") as out:
                out.write(text)
        values = {new for _, new in updates if new}
        write_objects(self.client + "/objects", values.union(*(new.ancestors for new in values)))
        status, said = self.run(["git", "--git-dir", self.client, "push", "-q",
                                 "--push-option=countersign=json", self.path] +
                                ["+%s:%s" % (new.id if new else "", ref) for ref, new in updates],
                                account)
        return status, verdicts(said), said

    def refs(self):
        """All but Countersign's own."""
        said = self.run(["git", "--git-dir", self.path, "for-each-ref",
                         "--format=%(refname) %(objectname)"])[1]
        return dict(line.split() for line in said.splitlines()
                    if not line.startswith("refs/countersign/"))

    def check(self, account, ref, old, new):
        status, said = self.run([
            self.room + "/bin/countersign", "check", "--repo", self.path, "--ref", ref, "--account",
            account, "--json", "%s..%s" % (old.id if old else ZERO, new.id)])
        return status, verdicts("countersign-json: " + said), said


def verdicts(said):
    out = {}
    for line in said.splitlines():
        _, mark, text = line.partition("countersign-json: ")
        if mark and text.startswith("{"):
            verdict = json.loads(text)
            out[verdict["ref"]] = verdict
    return out
