"""Commits and what they did, from the words of countersign(7): slow, and obvious."""
import functools
import hashlib

EMPTY = None  # there is nothing at a path

# A file has this many regions, with lines between them that nobody changes.  Its content is a text
# of one letter for each region, so that an automatic merge is a merge of letters.
REGIONS = 3


def text_of(content):
    lines = []
    for region, letter in enumerate(content):
        lines += ["region %d is %s" % (region, letter)]
        lines += ["between %d and %d, line %d" % (region, region + 1, n) for n in range(7)]
    return "\n".join(lines) + "\n"


def object_id(kind, data):
    return hashlib.sha1(b"%s %d\0" % (kind, len(data)) + data).hexdigest()


@functools.lru_cache(maxsize=None)
def blob(content):
    data = text_of(content).encode()
    return object_id(b"blob", data), data


class Commit:
    """tree: path -> (mode, content); marks: the agents whose trailers the message has."""

    def __init__(self, parents, tree, marks, author, date):
        self.parents, self.tree, self.marks = parents, tree, marks
        self.author, self.date = author, date
        self.id = None
        self.ancestors = {self}.union(*(parent.ancestors for parent in parents))

    def __repr__(self):
        return "<%s>" % (self.id or "?")[:7]


class Tag:
    """An annotated tag of a commit; it has marks as a commit has."""

    def __init__(self, commit, marks, name):
        self.commit, self.marks, self.name, self.id = commit, marks, name, None
        self.ancestors = commit.ancestors

    def __repr__(self):
        return "<tag %s of %s, marks %s>" % (self.name, self.commit, self.marks)


def commit_of(value):
    """The commit that a ref's value leads to; None for None."""
    return value.commit if isinstance(value, Tag) else value


def best(commits):
    """Those that no other of them reaches."""
    return [c for c in commits
            if not any(c in other.ancestors for other in commits if other is not c)]


def bases_of(parents):
    return best(set.intersection(*(parent.ancestors for parent in parents)))


def three_way(base, one, two):
    """The value that two values and their base give, or `fail`."""
    if one == two or two == base:
        return one
    return two if one == base else "fail"


def merge_contents(base, one, two):
    merged = tuple(three_way(*letters) for letters in zip(base, one, two))
    return None if "fail" in merged else "".join(merged)


def plain(outcome, values, base):
    return all(value in (outcome, base) for value in values) and outcome in values


def explained_by(outcome, values, base):
    """One base explains the outcome: the plain rule; of files, mode and content for themselves."""
    if plain(outcome, values, base):
        return True
    if None in (outcome, base) or None in values:
        return False
    if not plain(outcome[0], [mode for mode, _ in values], base[0]):
        return False
    contents = [content for _, content in values]
    if plain(outcome[1], contents, base[1]):
        return True
    changed = sorted(set(contents) - {base[1]})
    return len(changed) == 2 and merge_contents(base[1], *changed) == outcome[1]


def in_turn(path, outcome, parents):
    """An octopus: one parent has it, and to each other it came from there by the plain rule."""
    if len(parents) < 3:
        return False
    pair = {}
    for one in parents:
        for two in parents:
            if one is not two:
                bases = bases_of([one, two])
                if len(bases) != 1:
                    return False
                pair[one, two] = bases[0]
    for taken in parents:
        if taken.tree.get(path) == outcome and all(
                other is taken or other.tree.get(path) == outcome or
                other.tree.get(path) == pair[taken, other].tree.get(path) for other in parents):
            return True
    return False


def is_explained(path, commit):
    parents = commit.parents
    outcome, values = commit.tree.get(path), [parent.tree.get(path) for parent in parents]
    if in_turn(path, outcome, parents):
        return True
    bases = bases_of(parents)
    if not bases:
        return explained_by(outcome, values, EMPTY)
    if all(explained_by(outcome, values, base.tree.get(path)) for base in bases):
        return True
    deeper = bases_of(bases) if len(parents) == 2 and len(bases) == 2 else []
    if len(deeper) != 1:
        return False
    merged = three_way(deeper[0].tree.get(path), *(base.tree.get(path) for base in bases))
    return merged != "fail" and explained_by(outcome, values, merged)


def changes_of(commit):
    """The paths that the commit itself changed."""
    if len(commit.parents) < 2:
        before = commit.parents[0].tree if commit.parents else {}
        return {path for path in set(before) | set(commit.tree)
                if before.get(path) != commit.tree.get(path)}
    paths = set(commit.tree).union(*(parent.tree for parent in commit.parents))
    return {path for path in paths
            if any(parent.tree.get(path) != commit.tree.get(path) for parent in commit.parents)
            and not is_explained(path, commit)}


def change_at(commit, path):
    """(path, old, new) of what the commit did there."""
    new = commit.tree.get(path)
    olds = [parent.tree.get(path) for parent in commit.parents] or [EMPTY]
    return path, next((old for old in olds if old != new), new), new


def had(commits, change):
    """Whether one of them has what the change brings; if that is nothing, made the same step."""
    path, old, new = change
    return any(commit.tree.get(path) == new and
               (new is not EMPTY or any(parent.tree.get(path) == old for parent in commit.parents))
               for commit in commits)
