"""Holds recognise() against a YAML reader, over random changes to manifests.

Usage: recognise.py PROGRAM [SEED [CASES]]
Whatever PyYAML reads as a Kubernetes object has to be recognised: the pusher may write it in any
way that a reader takes.  (The other way round, unit/recognise says what must not be recognised.)
"""
import random
import re
import subprocess
import sys

try:
    import yaml
except ImportError:
    sys.exit(77)

LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

MANIFESTS = [
    "apiVersion: v1\nkind: Pod\nmetadata:\n  name: x\n  labels: {a: b, 'c': \"d\"}\nspec:\n  containers:\n"
    "  - name: c\n    image: i\n    command: [sh, -c, \"a: b\"]\n    args:\n    - |\n      kind: no\n      foo\n"
    "    - >-\n      x\n",
    "x: 1\n---\n# c\n\"apiVersion\": 'apps/v1'\nkind: \"Deployment\"\nspec: {replicas: 1,\n  template: {a: [1, 2,\n   3]}}\n",
    '{"apiVersion": "v1", "kind": "List", "items": [{"kind": "Pod", "apiVersion": "v1"}, {"a": "b\\"c"}]}\n',
    "a: &x\n  kind: Pod\n  apiVersion: v1\n<<: *x\nb: 'it''s'\n",
    "? kind\n: Pod\n? apiVersion\n: v1\nz: \"multi\n  line: text\n  # no comment\"\n",
    "--- !!map\nkind: Pod # c\napiVersion: v1 #d\nspec:\n    deep:\n        - - a\n          - b: c\n        -   x: y\n",
]
PIECES = [
    "\n", "\r\n", "\r", " ", "  ", "\t", "# c\n", "---\n", "...\n", '"', "'", "{", "}", "[", "]", ",", ": ", ":", "- ",
    "? ", "|\n", ">\n", "&a ", "*a", "!!str ", "<<: *x\n", "foo", "foo: bar\n", "  - x\n", "\\", "\x85", "\u2028",
    "%YAML 1.1\n", "kind: Pod\n", "apiVersion: v1\n", "```\n", "{{ x }}", "text only\n", "a: |\n  b\n",
    '"k": "v\n  w"\n', "k: 'v\n\n  w'\n", "!x\n", "&y\n", "|2\n", "k: >+\n\n  z\n\n", "k: [\n a,\n b]\n", "k: {\n a: 1,\n}\n",
]


def change(text):
    for _ in range(random.randint(1, 4)):
        at, what = random.randint(0, len(text)), random.random()
        if what < 0.25:
            at = random.choice([0] + [i + 1 for i, c in enumerate(text) if c == "\n"])
        if what < 0.75:
            text = text[:at] + random.choice(PIECES) + text[at:]
        elif what < 0.85:
            text = text[:at] + text[at + random.randint(1, 4):]
        elif what < 0.95:
            lines = text.split("\n")
            lines.insert(random.randint(0, len(lines)), random.choice(lines))
            text = "\n".join(lines)
        else:
            text = text.replace("\n", random.choice(["\r\n", "\r", "\n\n"]))
    return text


def is_object(document):
    if not isinstance(document, dict):
        return False
    version, kind = document.get("apiVersion"), document.get("kind")
    return (isinstance(version, str) and isinstance(kind, str)
            and re.fullmatch(r"([a-z.0-9]+/)?v[0-9]+", version) is not None
            and re.fullmatch(r"[A-Z][a-zA-Z]+", kind) is not None)


def reads_object(data):
    try:
        return any([is_object(document) for document in yaml.load_all(data, Loader=LOADER)])
    except Exception:  # not only YAMLError: unhashable keys, impossible dates
        return False


def main():
    random.seed(int(sys.argv[2]) if len(sys.argv) > 2 else 7)
    cases = [change(random.choice(MANIFESTS)).encode() for _ in range(int(sys.argv[3]) if len(sys.argv) > 3 else 20000)]
    answers = subprocess.run([sys.argv[1]], input=b"".join(b"%d\n%s" % (len(c), c) for c in cases),
                             stdout=subprocess.PIPE, check=True).stdout.split()
    assert len(answers) == len(cases)
    objects = [(case, answer) for case, answer in zip(cases, answers) if reads_object(case)]
    missed = [case for case, answer in objects if answer != b"yes"]
    print(f"{len(cases)} texts, {len(objects)} of them objects, {len(missed)} missed")
    for case in missed[:10]:
        print(case)
    return bool(missed) or len(objects) < len(cases) // 20


if __name__ == "__main__":
    sys.exit(main())
