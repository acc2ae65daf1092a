"""The answer to `countersign=check` is the verdict of the same push, over the judge's random pushes.

Usage: python3 test/oracle/judge/asking.py BUILD [CASES [SEED [SECONDS]]]

Before each push the same one asks.  Its verdict objects must be those of the push but for `asked`,
each of its lines that says what was found must be one of the push's, it must refuse, and of the
repository and its state nothing may be another afterwards.
"""
import hashlib
import importlib.util
import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
SPEC = importlib.util.spec_from_file_location("judge_oracle", HERE + "/__main__.py")
ORACLE = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(ORACLE)

# What only a question says: nothing was stored that could be fetched or approved.
ASKED_ALONE = ("asked",)
# What only a push can say: where its hold is kept, and which one that takes the place of.
PUSHED_ALONE = ("held_at", "replaces")
OUTCOME = {"is held": "would be held", "is denied": "would be denied"}  # what is allowed is not told


def contents(path):
    """A digest of everything in the folder."""
    whole = hashlib.sha256()
    for folder, folders, files in os.walk(path):
        folders.sort()
        for name in sorted(files):
            place = os.path.join(folder, name)
            whole.update(place.encode())
            with open(place, "rb") as file:
                whole.update(file.read())
    return whole.hexdigest()


def told_of(said):
    """The lines that say what was found, and why."""
    lines = [line for line in said.splitlines() if line.startswith("countersign:   ")]
    return [line for line in lines if not line.startswith(("countersign:   review ", "countersign:   approve "))]


def heads(said, word):
    """How many refs are told so; None: not all of it could be told."""
    if " more lines" in said:
        return None
    return sum(line.startswith("countersign: refs/") and " %s" % word in line for line in said.splitlines())


def bare(verdict, without):
    return {key: value for key, value in verdict.items() if key not in without}


class Asking(ORACLE.Case):
    asked_count = 0

    def ask(self, account, updates, push):
        before = contents(self.repository.path)
        status, verdicts, said = self.repository.pre_receive(
            account, updates, self.server.refs, push.sends, True)
        if status == 0:
            return "a question was let through", said
        if contents(self.repository.path) != before:
            return "a question left something behind", said
        return verdicts, said

    def answered(self, asked, verdicts, said):
        if asked is None:
            return None
        answers, told = asked
        if isinstance(answers, str):
            return answers + "\n" + told
        for ref, verdict in verdicts.items():
            Asking.asked_count += 1
            answer = answers.get(ref)
            if not answer or not answer.get("asked"):
                return "nothing is answered of %s\n%s\n%s" % (ref, told, said)
            if bare(answer, ASKED_ALONE) != bare(verdict, PUSHED_ALONE):
                return "%s: answered %s\nbut judged %s" % (ref, answer, verdict)
        missing = set(told_of(told)) - set(told_of(said))
        if missing and " more lines" not in said + told:
            return "answered alone: %s\n%s\n%s" % (missing, told, said)
        for word, asks in OUTCOME.items():
            if None not in (heads(said, word), heads(told, asks)) and heads(said, word) != heads(told, asks):
                return "%s is not told as %s\n%s\n%s" % (word, asks, told, said)
        return None


if __name__ == "__main__":
    STATUS = ORACLE.main(*sys.argv[1:], **{"kind": Asking})
    print("%d answers compared" % Asking.asked_count)
    sys.exit(STATUS or not Asking.asked_count)
