"""The judge against another one, written from the documents, over random pushes.

Usage: python3 test/oracle/judge BUILD [CASES [SEED [SECONDS]]]

BUILD is a folder that was built and staged.  Compares, for every ref of every push, the decision,
what it would have been, and the set of findings (rule, path, commit).  Most pushes are handed to
the hook as git hands them, the objects in a quarantine; some are made with git, and some ranges
are asked of `countersign check`.  Ends after so many cases or seconds (0: no end), says how many
there were, and exits 1 when one differs.  A case is known by its seed: 1 case from that seed
repeats it, and with KEEP=FOLDER its repository is left there.  The seed `today` changes each day.
"""
import os
import random
import shutil
import sys
import tempfile
import time

import generate
from judge import Push, Server, decision
from server import Hooks, Repository, write_commit, write_tag

SHOWN = 20  # differences, after which it ends
EXITS = {"allow": 0, "deny": 1, "hold": 3}


def expected(findings):
    return decision(findings), decision(findings, True), {f.key() for f in findings}


def found(verdict):
    return (verdict["decision"], verdict.get("would_be", verdict["decision"]),
            {(f["rule"], f.get("path") or "", (f.get("commit") or "").strip("0") and f["commit"])
             for f in verdict["findings"]})


def told_difference(ref, ours, theirs, said):
    out = ["%s: the documents say %s, would be %s" % (ref, ours[0], ours[1])]
    if theirs is None:
        return "\n".join(out + ["nothing is said of it", said])
    out.append("it is judged %s, would be %s" % theirs[:2])
    out += ["  only by the documents: %s" % (key,) for key in sorted(ours[2] - theirs[2])]
    out += ["  only by the judge: %s" % (key,) for key in sorted(theirs[2] - ours[2])]
    return "\n".join(out)


class Case:
    def __init__(self, seed, room, hooks):
        self.seed, self.random = seed, random.Random(seed)
        self.repository = Repository(room, hooks)
        self.commits = generate.history(self.random, write_commit)
        self.layers = generate.layers(self.random)
        self.server = Server(self.layers)
        self.server.refs = generate.standing(self.random, self.commits)
        self.server.stored = self.server.reached()
        self.told, self.compared = [], 0

    def run(self):
        """A difference in words, or None."""
        self.repository.begin(self.layers, self.server.refs)
        for _ in range(self.random.choice([1, 1, 2, 2, 3, 4])):
            difference = self.push() or (self.check() if self.random.random() < 0.01 else None)
            if difference:
                return difference
        return None

    def push(self):
        server = self.server
        account, updates = generate.push(self.random, self.commits, server.refs, write_tag)
        if not updates:
            return None
        push = Push(server, account, updates)
        real = self.random.random() < 0.01
        self.told.append("%s pushes%s %s" % (account, " with git" if real else "", updates))
        findings = {ref: push.judge(ref, new) for ref, new in updates}
        decisions = {ref: decision(found) for ref, found in findings.items()}
        asked = None if real else self.ask(account, updates, push)
        call = self.repository.push if real else self.repository.pre_receive
        status, verdicts, said = call(account, updates, server.refs, push.sends)
        difference = self.compare(findings, verdicts, said) or self.answered(asked, verdicts, said)
        if not difference and not real and (status == 0) != self.is_let_on(decisions):
            difference = "exit status %d\n%s" % (status, said)
        if not difference:
            self.settle(push, decisions, real)
        if not difference and real and self.repository.refs() != {
                ref: value.id for ref, value in server.refs.items()}:
            difference = "refs are %s\n%s" % (self.repository.refs(), said)
        return difference

    def ask(self, account, updates, push):
        """What the same push is told that only asks; None: nobody asks."""

    def answered(self, asked, verdicts, said):
        """How that differs from what the push was told, in words; None: not at all."""

    def compare(self, findings, verdicts, said):
        for ref, ours in findings.items():
            theirs = found(verdicts[ref]) if ref in verdicts else None
            self.compared += 1
            if expected(ours) != theirs:
                return told_difference(ref, expected(ours), theirs, said)
        return None

    @staticmethod
    def is_let_on(decisions):
        """Whether git goes on to update refs: a hold refuses its own alone, unless all are held."""
        return "deny" not in decisions.values() and set(decisions.values()) != {"hold"}

    def settle(self, push, decisions, real):
        """Moves what was let through, as git would; what is held is stored, and its ref stays."""
        server, landed = self.server, self.is_let_on(decisions)
        if "deny" not in decisions.values():
            for key, who in push.makes():
                server.made.setdefault(key, {}).setdefault(who["name"], who["verified"])
        for ref, new in push.updates:
            if decisions[ref] == "allow" and landed:
                if not real:
                    self.repository.move(ref, new, push.sends)
                server.refs.pop(ref, None)
                if new:
                    server.refs[ref] = new
            if new and "deny" not in decisions.values() and (landed or decisions[ref] == "hold"):
                for commit in new.ancestors & push.brings:
                    server.brought.setdefault(commit, []).append(push.account)
                server.stored = server.stored | new.ancestors

    def check(self):
        """`countersign check` of a stored range: the ref at its beginning, and no other ref."""
        stored = sorted(self.server.stored, key=lambda commit: commit.id)
        old, new = self.random.choice(stored + [None]), self.random.choice(stored)
        ref, account = self.random.choice(generate.REFS), self.random.choice(generate.ACCOUNTS)
        self.told.append("check %s %s %s..%s" % (ref, account, old, new))
        before = Server(self.layers)
        before.refs = {ref: old} if old else {}
        before.stored, before.brought = before.reached(), self.server.brought
        before.made = self.server.made
        findings = {ref: Push(before, account, [(ref, new)]).judge(ref, new)}
        status, verdicts, said = self.repository.check(account, ref, old, new)
        difference = self.compare(findings, verdicts, said)
        if not difference and status != EXITS[decision(findings[ref])]:
            difference = "check exits %d\n%s" % (status, said)
        return difference

    def describe(self):
        out = ["seed %s" % self.seed]
        for commit in self.commits:
            out.append("%s parents %s marks %s date %d  %s" % (
                commit, commit.parents, commit.marks, commit.date, commit.tree))
        return "\n".join(out + [str(layer) for layer in self.layers] + self.told)


def room_of(build):
    """A folder with an installation of its own, in memory where that can be."""
    memory = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
    room = tempfile.mkdtemp(prefix="oracle-judge.", dir=memory)
    for folder in ("bin", "etc/countersign", "libexec/countersign", "hooks"):
        os.makedirs(os.path.join(room, folder))
    shutil.copy(build + "/test/oracle-hooks", room + "/bin")
    shutil.copy(build + "/countersign", room + "/bin")
    shutil.copy(build + "/libexec/countersign/update", room + "/libexec/countersign")
    shutil.copytree(build + "/stage/server.git", room + "/stage.git")
    for name, call in (("pre-receive", "bin/countersign\" hook --answer pre-receive"),
                       ("update", "libexec/countersign/update\" --answer"),
                       ("post-receive", "libexec/countersign/update\" --answer post-receive")):
        with open("%s/hooks/%s" % (room, name), "w") as out:
            out.write('#!/bin/sh\n"%s/%s "$@"\nexit $(($? - 90))\n' % (room, call))
        os.chmod("%s/hooks/%s" % (room, name), 0o755)
    return room


def main(build, cases="1000", seed="1", seconds="0", kind=Case):
    first = int(time.time() / 86400) * 1000000 if seed == "today" else int(seed)
    room, begun, differences, compared, done = room_of(build), time.time(), 0, 0, 0
    hooks = Hooks(room + "/bin/oracle-hooks")
    try:
        for number in range(int(cases)):
            if float(seconds) and time.time() - begun > float(seconds):
                break
            case = kind(first + number, room, hooks)
            difference = case.run()
            compared, done = compared + case.compared, done + 1
            if done % 5000 == 0:
                print("%d cases so far" % done, file=sys.stderr, flush=True)
            if difference:
                differences += 1
                print(case.describe(), difference, sep="\n", end="\n\n", flush=True)
                if differences == SHOWN:
                    break
    finally:
        hooks.end()
        if os.environ.get("KEEP"):
            shutil.copytree(room, os.environ["KEEP"])
        shutil.rmtree(room)
    print("%d cases from seed %s, %d updates of refs, %d differences, %.0f s" % (
        done, first, compared, differences, time.time() - begun))
    return 1 if differences or not compared else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
