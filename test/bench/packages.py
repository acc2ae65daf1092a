#!/usr/bin/env python3
"""What the starter policy stops in ordinary sources: in each folder (an unpacked source package) an
assistant commits everything at once, and the policy that `countersign policy init` makes for it judges.

    packages.py COUNTERSIGN FOLDER...        FOLDERs as `apt-get source PACKAGE` leaves them
    packages.py -l COUNTERSIGN FOLDER...     every finding, not only how many of each reason

Prints for each package its files, and what fires: rule, reason, how many, the first path.
"""
import collections
import json
import os
import shutil
import subprocess
import sys
import tempfile


def run(argv, cwd, **more):
    who = {"GIT_AUTHOR_NAME": "Ada", "GIT_AUTHOR_EMAIL": "ada@example.org",
           "GIT_COMMITTER_NAME": "Ada", "GIT_COMMITTER_EMAIL": "ada@example.org",
           "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_NOSYSTEM": "1"}
    return subprocess.run(argv, cwd=cwd, env={**os.environ, **who}, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          check=False, **more)


def judge(countersign, folder, work):
    """Findings about the folder's files, and how many files there are."""
    tree = os.path.join(work, "tree")
    shutil.copytree(folder, tree, symlinks=True, ignore=shutil.ignore_patterns(".git", ".pc"))
    run(["git", "init", "-q", "-b", "main"], tree)
    run(["git", "config", "gc.auto", "0"], tree)
    run(["git", "add", "-A", "-f"], tree)
    run(["git", "commit", "-q", "-m", "Everything\n\nCo-authored-by: Claude <noreply@anthropic.com>"], tree)
    files = len(run(["git", "ls-files"], tree).stdout.splitlines())
    policy = os.path.join(tree, ".git", "countersign", "policy.json")
    os.mkdir(os.path.dirname(policy))
    made = run([countersign, "policy", "init", "--output", policy], tree)
    if made.returncode:
        sys.exit(f"{folder}: {made.stderr.decode()}")
    answer = run([countersign, "check", "--json", "0" * 40 + "..main"], tree)
    shutil.rmtree(tree)
    if answer.returncode not in (0, 1, 3):
        sys.exit(f"{folder}: {answer.stderr.decode()}")
    return json.loads(answer.stdout)["findings"], files


def main():
    args = sys.argv[1:]
    every = args[:1] == ["-l"]
    args = args[every:]
    if len(args) < 2:
        sys.exit(__doc__)
    countersign = os.path.abspath(args[0])
    for folder in args[1:]:
        with tempfile.TemporaryDirectory() as work:
            findings, files = judge(countersign, folder, work)
        kinds = collections.defaultdict(list)
        for f in findings:
            kinds[f["rule"], f["detail"]].append(f["path"])
        print(f"{os.path.basename(folder.rstrip('/'))}: {files} files, {len(findings)} findings")
        for (rule, detail), paths in sorted(kinds.items()):
            for path in paths if every else paths[:1]:
                print(f"  {rule:18} {len(paths):4}  {detail}  ({path})")


if __name__ == "__main__":
    main()
