"""The schema that editors use against the loader: rules/data/policy.schema.json says of a policy what `countersign policy
check` says, as far as a schema can.

policy_schema.py COUNTERSIGN SOURCES

Both are asked about test/data/policies, and about policies made of those by one change each (EVERY=1 in the
environment: about all of them, else about some of each):
  - what the loader takes, the schema takes: an editor never marks what is good;
  - what the loader refuses, the schema refuses, unless the error is one of those that no schema can see (BEYOND);
    an invalid policy with such an error is named NAME.loader.json.
"""
import copy
import glob
import itertools
import json
import os
import re
import subprocess
import sys
import tempfile

try:
    import jsonschema
except ImportError:
    print("1..0 # SKIP there is no python3-jsonschema")
    sys.exit(77)

# Errors about names, other values, catalogues, key material, calendars and the file's text.
BEYOND = re.compile(
    "unknown (person|agent|rule|class|person or group|class of content) '|redefines|belongs to (person|agent) '"
    "|takes back what no class before it gave|is a (person|group), it cannot|there is a rule|is not in the catalogue|not a key that can be used"
    "|can match nothing|is not a (date|size|rate|duration) such as|must be the number 1, is a number"
    "|must be a whole number, is a number|names no agent here|stands alone: say|is a person, and a rule"
)

STRANGERS = [None, True, False, 0, 1, -1, 2.5, 10**15 + 1, "", "x", "!x", "a b", "*", "never", "0d", "14d", "60/h",
             "0/h", "32MiB", "1MB", "2027-06-30", "2027-13-01", "deny", "scope", "owner", "HEAD", "!HEAD", "main",
             "refs/heads/**", "class:credentials", "class:infrastructure", "!class:infrastructure", "!class:infrastructure.folders", "/a/", "a@b",
             "@b", "Agent: x", "Agent:", "https://a.example/", "https:///", "ftp://a/", "a\x01", "x" * 65, "x.lock",
             "a..b", [], [[]], [1], [""], ["x"], ["!x"], ["x", "x"], ["x", "!y"], ["class:credentials"],
             ["class:infrastructure"], ["HEAD"], ["refs/**", "!HEAD"], ["a@b"], {}, {"x": 1}]


def places(value, way=()):
    yield way
    if isinstance(value, dict):
        for key in value:
            yield from places(value[key], way + (key,))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from places(item, way + (index,))


def changed(policy, way, change):
    """A copy, in which `change` was done to what holds the place."""
    result = copy.deepcopy(policy)
    holder = result
    for step in way[:-1]:
        holder = holder[step]
    change(holder, way[-1])
    return result


def put(value):
    def change(holder, key):
        holder[key] = copy.deepcopy(value)
    return change


def take(holder, key):
    del holder[key]


def rename(holder, key):
    value = holder.pop(key)
    holder["x y" if len(key) % 2 else "renamed"] = value


def mutants(policy):
    for way in places(policy):
        if not way:
            continue
        yield changed(policy, way, take)
        if isinstance(way[-1], str):
            yield changed(policy, way, rename)
        for value in STRANGERS:
            yield changed(policy, way, put(value))


def asked(program, policies):
    """For each policy, the loader's errors; empty where it takes the policy."""
    with tempfile.TemporaryDirectory() as folder:
        files = []
        for number, policy in enumerate(policies):
            files.append(os.path.join(folder, f"{number}.json"))
            with open(files[-1], "w", encoding="utf-8") as out:
                json.dump(policy, out)
        answers = []
        for start in range(0, len(files), 500):
            some = files[start:start + 500]
            run = subprocess.run([program, "policy", "check", *some], capture_output=True, text=True, check=False)
            errors = {name: [] for name in some}
            for line in (run.stdout + run.stderr).splitlines():
                name, _, text = line.partition(":")
                if name in errors and text != " good" and ": warning: " not in text:
                    errors[name].append(text)
            answers += [errors[name] for name in some]
        return answers


def load(name):
    with open(name, encoding="utf-8") as text:
        return json.load(text)


def keys(value):
    """All keys of objects anywhere in it."""
    if isinstance(value, dict):
        return set(value).union(*map(keys, value.values()))
    return set().union(*map(keys, value)) if isinstance(value, list) else set()


def properties(schema):
    """All keys that the schema has a word on."""
    if isinstance(schema, list):
        return set().union(*map(properties, schema))
    if not isinstance(schema, dict):
        return set()
    own = schema["properties"] if schema.get("additionalProperties") is False else {}
    return set(own).union(*map(properties, schema.values()))


def seen(errors):
    """Whether a schema can see the error; those behind the first one may only follow from it."""
    return bool(errors) and not BEYOND.search(errors[0])


def main():
    program, sources = sys.argv[1:]
    schema = load(sources + "/rules/data/policy.schema.json")
    jsonschema.Draft7Validator.check_schema(schema)
    takes = jsonschema.Draft7Validator(schema).is_valid
    wrong = []

    valid = sorted(glob.glob(sources + "/test/data/policies/valid/*.json"))
    invalid = sorted(glob.glob(sources + "/test/data/policies/invalid/*.json"))
    for name, errors in zip(valid, asked(program, map(load, valid))):
        if errors or not takes(load(name)):
            wrong.append(f"{name}: is not taken by {'the loader' if errors else 'the schema'}: {errors}")
    for name in invalid:
        if not name.endswith(".loader.json") and takes(load(name)):
            wrong.append(f"{name}: is taken by the schema")

    untold = properties(schema) - keys([load(name) for name in valid])
    if untold:
        wrong.append(f"no valid policy has {sorted(untold)}")

    parts = subprocess.run([program, "policy", "classes"], capture_output=True, text=True, check=True).stdout
    there = set(re.findall(r"^(class:\S+)", parts, re.M)) - {"class:build-steps", "class:credentials", "class:hidden-text"}
    named = set(schema["definitions"]["path_class"]["enum"])
    if named != there | {name.partition(".")[0] for name in there}:
        wrong.append(f"classes in the schema are not those there are: {sorted(named ^ there)}")

    every = int(os.environ.get("EVERY", "7"))
    policies = [mutant for name in valid for mutant in itertools.islice(mutants(load(name)), 0, None, every)]
    refused = 0
    for policy, errors in zip(policies, asked(program, policies)):
        good = takes(policy)
        refused += not good
        if not good and not errors:
            why = next(jsonschema.Draft7Validator(schema).iter_errors(policy))
            wrong.append(f"only the schema refuses: {why.message} at {list(why.path)}")
        if good and seen(errors):
            wrong.append(f"only the loader refuses: {errors}")

    print(f"{len(valid)} valid, {len(invalid)} invalid, {len(policies)} changed policies, {refused} of them refused")
    for line in wrong[:40]:
        print(line)
    sys.exit(1 if wrong or not policies else 0)


main()
