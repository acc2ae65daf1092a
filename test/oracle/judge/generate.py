"""Random histories, policies and pushes."""
from history import Commit, Tag, bases_of, changes_of, commit_of, merge_contents, three_way
from judge import HEAD

PATHS = ["src/a", "src/b", "src/core/c", "docs/d", "infra/e", "infra/f/g", "payments/h", "top",
         "src/infra/i", "docs"]
MARKS = ["claude-code", "cursor", "bot"]
REFS = [HEAD, "refs/heads/agents/one", "refs/heads/agents/two", "refs/heads/free",
        "refs/heads/release/1", "refs/heads/release/2", "refs/tags/v1", "refs/other/x"]
ACCOUNTS = ["alice", "dev1", "dev1", "bot"]
SCOPES = [["/src/"], ["/src/", "/docs/"], ["/src/", "!/src/core/"], ["*"], ["*", "!infra/"],
          ["docs", "/top"], ["/src/*", "/infra/**"], ["/src/**/i", "a", "b"], [], ["!/infra/"],
          ["!/src/core/", "!docs/"]]
PROTECTED = [["/infra/"], ["infra"], ["/payments/", "/docs/"], ["/src/*/", "!/src/core/"],
             ["**/i", "/top"],
             ["/src/**", "!/src/?"], ["[a-d]"], ["/infra/*"], ["e", "g", "h"]]
REF_LISTS = [["HEAD"], ["HEAD", "refs/heads/release/**"],
             ["refs/heads/**", "!refs/heads/agents/**"],
             ["refs/heads/agents/**"], ["refs/heads/*"], ["HEAD", "refs/tags/**"], ["refs/**"],
             ["refs/heads/agents/one", "refs/heads/free", "HEAD"]]


def chance(random, share):
    return random.random() < share


# ---- histories

def content(random):
    return "".join(random.choice("pq") for _ in range(3))


def some_value(random, like=None):
    """A file, like another one in all regions but one or in its mode alone, or something else."""
    if like and chance(random, 0.7):
        mode, old = like
        if chance(random, 0.15):
            return (0o100755 if mode == 0o100644 else 0o100644), old
        region = random.randrange(3)
        return mode, old[:region] + random.choice("pqr") + old[region + 1:]
    return random.choice([0o100644, 0o100644, 0o100644, 0o100755]), content(random)


def put(tree, path, value):
    """A file does not stand where a folder is, nor the other way round."""
    for other in list(tree):
        if other.startswith(path + "/") or path.startswith(other + "/"):
            del tree[other]
    tree[path] = value


def edit(random, tree):
    path = random.choice(PATHS)
    if path in tree and chance(random, 0.25):
        del tree[path]
    elif tree and chance(random, 0.1):
        moved = random.choice(sorted(tree))
        value = tree.pop(moved)
        put(tree, path, value)
    else:
        put(tree, path, some_value(random, tree.get(path)))


def merged_value(base, one, two):
    value = three_way(base, one, two)
    if value != "fail":
        return value
    if None in (base, one, two):
        return one
    mode, text = three_way(base[0], one[0], two[0]), merge_contents(base[1], one[1], two[1])
    return one if "fail" in (mode, text) or text is None else (mode, text)


def merged_tree(random, parents):
    """What git would make of it, roughly; of conflicts, one side."""
    tree = dict(parents[0].tree)
    for other in parents[1:]:
        bases = bases_of([parents[0], other])
        base = random.choice(bases).tree if bases else {}
        out = {}
        for path in sorted(set(tree) | set(other.tree)):
            value = merged_value(base.get(path), tree.get(path), other.tree.get(path))
            if value:
                put(out, path, value)
        tree = out
    return tree


def merge_outcome(random, parents):
    if chance(random, 0.12):
        tree = dict(random.choice(parents).tree)  # -s ours, or theirs
    else:
        tree = merged_tree(random, parents)
    if chance(random, 0.2):
        edit(random, tree)
    if chance(random, 0.15):  # an old version comes back
        old = random.choice(sorted(parents[-1].ancestors, key=lambda c: c.id)).tree
        for path in sorted(old):
            if chance(random, 0.4):
                put(tree, path, old[path])
    return tree


def parents_of(random, commits):
    late = commits[-4:]
    if not commits or chance(random, 0.03):
        return []
    count = 1 if chance(random, 0.62) else 2 if chance(random, 0.85) else 3
    parents = []
    for _ in range(count):
        parent = random.choice(late if chance(random, 0.8) else commits)
        if parent not in parents:
            parents.append(parent)
    if len(parents) == 1 and parents[0].parents and chance(random, 0.1):
        parents = [random.choice(parents[0].parents)]
    return parents


def criss_cross(commits, parents):
    """The same two parents the other way round, where the last commit merged them."""
    last = commits[-1]
    return list(reversed(last.parents)) if len(last.parents) == 2 else parents


def pick(commit, tree):
    """What another commit did, again."""
    for path in sorted(changes_of(commit)):
        tree.pop(path, None)
        if path in commit.tree:
            put(tree, path, commit.tree[path])


def history(random, write):
    """Commits, parents first; write(commit) gives each its id."""
    commits = []
    dates = random.choice(["ordered", "equal", "skewed"])
    marks = random.choice([0.2, 0.5, 0.8])
    for number in range(random.randint(3, 12)):
        parents = parents_of(random, commits)
        if parents and chance(random, 0.1):
            parents = criss_cross(commits, parents)
        if len(parents) < 2:
            tree = dict(parents[0].tree) if parents else {}
            if parents and chance(random, 0.07):  # a revert, to whatever was there
                tree = dict(random.choice(sorted(parents[0].ancestors, key=lambda c: c.id)).tree)
            picked = commits and chance(random, 0.2)
            if picked:
                pick(random.choice(commits), tree)
            for _ in range(random.choice([0, 0, 0, 1] if picked else [0, 1, 1, 1, 2, 3])):
                edit(random, tree)
        else:
            tree = merge_outcome(random, parents)
        made = [random.choice(MARKS)] if chance(random, marks) else []
        if made and chance(random, 0.1):
            made = sorted(set(made + [random.choice(MARKS)]))
        date = {"ordered": number, "equal": 0, "skewed": random.randint(-50, 50)}[dates]
        commit = Commit(parents, tree, made, random.choice(["alice", "dev1"]), 1700000000 + date)
        write(commit, number)
        commits.append(commit)
    return commits


# ---- policies

def grant(random, first, name):
    entry = {}
    if chance(random, 0.6):
        entry["scope"] = random.choice(SCOPES)
        if chance(random, 0.15):
            entry["scope_action"] = random.choice(["warn", "deny", "hold"])
    if chance(random, 0.35):
        entry["refs"] = random.choice(REF_LISTS)
    if first and chance(random, 0.15):
        entry["rewrite"] = True
    elif chance(random, 0.05):
        entry["rewrite"] = False
    return entry


def rule(random, number, holds):
    out = {"name": "rule-%d" % number, "paths": random.choice(PROTECTED),
           "action": random.choice(["deny", "deny", "warn", "hold" if holds else "deny"])}
    if chance(random, 0.4):
        out["by"] = random.choice(["anyone", "agents", ["cursor"], ["claude-code", "bot"]])
    if chance(random, 0.3):
        out["refs"] = random.choice(REF_LISTS)
    if chance(random, 0.15):
        out["mode"] = random.choice(["observe", "enforce"])
    return out


def layer(random, first, numbers, holds):
    out = {"version": 1}
    if chance(random, 0.6):
        out["refs"] = random.choice(REF_LISTS[:6])
    if chance(random, 0.25):
        out["mode"] = "observe"
    if chance(random, 0.2):
        out["unattributed"] = random.choice(["agent", "deny", "human"])
    agents = {}
    for name in ["*", "claude-code", "cursor", "bot"]:
        if chance(random, 0.5):
            agents[name] = grant(random, first, name)
    if first:
        out["people"] = {"alice": {"accounts": ["alice"], "emails": ["alice@example.com"]}}
        agents["bot"] = dict(agents.get("bot", {}), owner="alice", accounts=["bot"],
                             trailers=["Agent: bot"])
    if agents:
        out["agents"] = agents
    out["rules"] = [rule(random, next(numbers), holds) for _ in range(random.choice([0, 1, 1, 2]))]
    return out


def layers(random):
    """The site's and the repository's, or either."""
    numbers = iter(range(100))
    holds = chance(random, 0.2)
    if chance(random, 0.5):
        return [layer(random, True, numbers, holds), layer(random, False, numbers, holds)]
    return [layer(random, True, numbers, holds)]


# ---- pushes

def standing(random, commits):
    """The refs that are there before the first push."""
    refs = {HEAD: random.choice(commits[:3])}
    for ref in REFS[1:]:
        if chance(random, 0.25):
            refs[ref] = random.choice(commits[:max(2, len(commits) // 2)])
    return refs


def push(random, commits, refs, write):
    """An account, and (ref, new) of each update of refs; write(tag) gives a tag its id."""
    updates, wanted = [], random.choice([1, 1, 1, 1, 2, 3])
    for ref in random.sample(REFS, wanted):
        if ref in refs and ref != HEAD and chance(random, 0.12):
            updates.append((ref, None))
            continue
        new = random.choice(commits)
        if ref in refs and chance(random, 0.6):  # forward, where there is a way
            old = commit_of(refs[ref])
            ahead = [c for c in commits if old in c.ancestors and c is not old]
            new = random.choice(ahead) if ahead else new
        if ref.startswith("refs/tags/") and chance(random, 0.3):
            new = Tag(new, [random.choice(MARKS)] if chance(random, 0.4) else [], "v1")
            write(new)
        if ref not in refs or new.id != refs[ref].id:
            updates.append((ref, new))
    return random.choice(ACCOUNTS), updates
