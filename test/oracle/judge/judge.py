"""Who made it, what is new, what rules say: from countersign(7) and countersign-policy(5).

Slow, and obvious.  What it knows: layers (each a dict, as JSON has it), accounts, trailers, scopes,
agents' refs, rewriting, rules by path, and what agents made (content).
What it does not: keys, approvals, credentials, limits, delegated files.
"""
from history import EMPTY, Tag, change_at, changes_of, commit_of, had
from patterns import has, last

HEAD = "refs/heads/main"
ORDER = {"deny": 0, "hold": 1, "allow": 2, "warn": 2}
USUAL_REFS = ["refs/heads/**", "refs/tags/**"]
STAR = {"name": "*", "verified": False}


def governs(refs, ref):
    return has([HEAD if pattern == "HEAD" else pattern for pattern in refs], ref)


class Finding:
    def __init__(self, rule, action, observed, path="", commit=""):
        self.rule, self.action, self.observed = rule, action, observed
        self.path, self.commit = path, commit

    def key(self):
        return self.rule, self.path, self.commit


class Server:
    """What is there before a push: refs, stored commits, and whose accounts brought them."""

    def __init__(self, layers):
        self.layers, self.refs, self.stored, self.brought = layers, {}, set(), {}
        self.made = {}  # (path, new): agent's name to verified; what is deleted is nobody's

    def reached(self, wanted=lambda ref: True):
        out = set()
        for ref, commit in self.refs.items():
            if wanted(ref):
                out |= commit.ancestors
        return out

    # ---- the policy

    def entry(self, layer, agent):
        return layer.get("agents", {}).get(agent, {})

    def agent_of_account(self, account):
        for layer in self.layers:
            for name, entry in layer.get("agents", {}).items():
                if account in entry.get("accounts", []):
                    return name
        return None

    def is_persons(self, account):
        return any(account in person.get("accounts", [])
                   for layer in self.layers for person in layer.get("people", {}).values())

    def says(self, word):
        """Whether some layer says that of commits that nothing tells the maker of."""
        return any(layer.get("unattributed") == word for layer in self.layers)

    def grants(self, layer, who, key):
        """The lists of one layer that bind the agent, each with the entry that it is from."""
        own, star = self.entry(layer, who["name"]), self.entry(layer, "*")
        stands_in = who["verified"] and key in own and who["name"] != "*" and not (
            key == "scope" and own[key] and all(p.startswith("!") for p in own[key]))
        out = []
        if key in star and not stands_in:
            out.append(star)
        if key in own and own is not star:
            out.append(own)
        return out

    def refusing_rewrite(self, who):
        """The layers that object: all where none says it may, else those that say it may not."""
        said = []
        for layer in self.layers:
            star = self.entry(layer, "*").get("rewrite")
            own = self.entry(layer, who["name"]).get("rewrite")
            if own is False or (own is not None and who["verified"]):
                said.append(own)
            else:
                said.append(star)
        return [layer for layer, word in zip(self.layers, said)
                if word is False or True not in said]


class Push:
    """updates: (ref, new commit, tag or None) in order; judged against the server as it is before.

    An agent's account brings all that no ref led to: it may have been stored with nobody remembered
    for it, by a hold or from another repository.  Another account brings what was not stored.
    """

    def __init__(self, server, account, updates):
        self.server, self.account, self.updates = server, account, updates
        pushed = set().union(*(new.ancestors for _, new in updates if new))
        self.sends = pushed - server.stored
        self.brings = self.sends
        if server.agent_of_account(account):
            self.brings = pushed - server.reached()

    # ---- who

    def agents_of(self, commit):
        """The agents whose the commit is, and whether nothing tells."""
        server, found = self.server, {}
        for mark in commit.marks:
            found[mark] = {"name": mark, "verified": False}
        accounts = server.brought.get(commit, [])
        if commit in self.brings:
            accounts = accounts + [self.account]
        for account in accounts:
            agent = server.agent_of_account(account)
            if agent:
                found[agent] = {"name": agent, "verified": True}
        return self.attributed(found)

    def evidence(self, commit):
        """Whether anything but its content tells whose it is."""
        return [who for who in self.agents_of(commit)[0] if who is not STAR]

    def agents_at(self, commit, path):
        """The agents whose the commit's change of the path is."""
        agents, change = list(self.agents_of(commit)[0]), change_at(commit, path)
        if change[2] is not EMPTY and not self.evidence(commit) and not had(commit.ancestors - {commit}, change):
            agents += [{"name": name, "verified": verified}
                       for name, verified in self.server.made.get(made_key(change), {}).items()]
        return agents

    def makes(self):
        """What agents made in what the push brings: (key, agent), oldest commits first."""
        before, out = self.server.reached(), []
        for commit in sorted(self.brings, key=lambda c: len(c.ancestors)):
            for path in changes_of(commit) if self.evidence(commit) else []:
                change = change_at(commit, path)
                if change[2] is not EMPTY and not had(before | commit.ancestors - {commit}, change):
                    out += [(made_key(change), who) for who in self.evidence(commit)]
        return out

    def attributed(self, found):
        server = self.server
        if found or server.is_persons(self.account):
            return list(found.values()), False
        return ([STAR] if server.says("agent") else []), True

    def agents_of_tag(self, tag):
        """The same of an annotated tag, which this push brings."""
        agent = self.server.agent_of_account(self.account)
        found = {mark: {"name": mark, "verified": False} for mark in tag.marks}
        if agent:
            found[agent] = {"name": agent, "verified": True}
        return self.attributed(found)

    def new_to(self, refs, new):
        """The commits of the update that no ref which these govern could reach before."""
        server = self.server
        return new.ancestors - server.reached(
            lambda ref: governs(refs, ref) and not ref.startswith("refs/countersign/"))

    def doers(self, ref, new):
        """Whose doing the update is: the account's agent's, and theirs who made its line."""
        server, found = self.server, {}
        agent = server.agent_of_account(self.account)
        if agent:
            found[agent] = {"name": agent, "verified": True}
        commit, makers = commit_of(new), []
        if isinstance(new, Tag):
            makers += self.agents_of_tag(new)[0]
        while commit and self.is_new_on(ref, new, commit):
            makers += self.agents_of(commit)[0]
            commit = commit.parents[0] if commit.parents else None
        if ref not in server.refs:
            makers += self.cutters(ref, commit)
        for who in makers:
            if not (who["name"] in found and found[who["name"]]["verified"]):
                found[who["name"]] = who
        return list(found.values())

    def cutters(self, ref, commit):
        """Agents that may not update the new ref, and brought what it is cut from to their own."""
        out, head = [], self.server.refs.get(HEAD)
        while commit and not (head and commit in head.ancestors):
            for who in self.agents_of(commit)[0]:
                closed = self.server.reached(lambda name, who=who: self.refuses(name, who, True))
                if self.refuses(ref, who, False) and commit not in closed:
                    out.append(who)
            commit = commit.parents[0] if commit.parents else None
        return out

    def refuses(self, ref, who, enforcing):
        """Whether a layer, or one that enforces, keeps the agent from the ref."""
        return any(not governs(entry["refs"], ref) for layer in self.server.layers
                   if not (enforcing and layer.get("mode") == "observe")
                   for entry in self.server.grants(layer, who, "refs"))

    def is_new_on(self, ref, new, commit):
        old = self.server.refs.get(ref)
        if old:
            return commit not in old.ancestors
        return commit not in self.server.reached() or any(
            commit in self.new_to(refs, new) for refs in self.governing(ref))

    def governing(self, ref):
        """The lists of refs, of layers and of rules, that govern the ref."""
        out = []
        for layer in self.server.layers:
            usual = layer.get("refs", USUAL_REFS)
            out.append(usual)
            out += [rule["refs"] for rule in layer.get("rules", []) if "refs" in rule]
        return [refs for refs in out if governs(refs, ref)]

    # ---- rules

    def judge(self, ref, new):
        """The findings on one update."""
        out = self.judge_ref(ref, new)
        if new:
            for layer in self.server.layers:
                out += self.judge_commits(layer, ref, new)
        return out

    def judge_ref(self, ref, new):
        server, out = self.server, []
        doers = self.doers(ref, new)
        for layer in server.layers:
            observed = layer.get("mode") == "observe"
            for who in doers:
                for entry in server.grants(layer, who, "refs"):
                    if not governs(entry["refs"], ref):
                        out.append(Finding("agent-refs", "deny", observed))
            if not governs(layer.get("refs", USUAL_REFS), ref):
                continue
            if isinstance(new, Tag):
                out += self.judge_unattributed(layer, new.id, self.agents_of_tag(new))
            for who in doers if self.takes_away(ref, new) else []:
                if layer in server.refusing_rewrite(who):
                    out.append(Finding("agent-rewrite", "deny", observed))
        return out

    @staticmethod
    def judge_unattributed(layer, commit, who):
        if who[1] and layer.get("unattributed") == "deny":
            return [Finding("unattributed", "deny", layer.get("mode") == "observe", commit=commit)]
        return []

    def takes_away(self, ref, new):
        old = self.server.refs.get(ref)
        # An old tag is nobody's ancestor: moving one takes it away.
        return new is None or (old is not None and old not in new.ancestors)

    def judge_commits(self, layer, ref, new):
        out, usual = [], layer.get("refs", USUAL_REFS)
        if governs(usual, ref):
            for commit in self.new_to(usual, new):
                out += self.judge_scope(layer, commit)
                out += self.judge_unattributed(layer, commit.id, self.agents_of(commit))
        for rule in layer.get("rules", []):
            refs = rule.get("refs", usual)
            if not governs(refs, ref):
                continue
            for commit in self.new_to(refs, new):
                out += self.judge_rule(layer, rule, commit)
        return out

    def judge_scope(self, layer, commit):
        out = []
        for path in changes_of(commit):
            for who in self.agents_at(commit, path):
                for entry in self.server.grants(layer, who, "scope"):
                    scope = tuple(entry["scope"])
                    narrows = scope and all(pattern.startswith("!") for pattern in scope)
                    said = last(scope, path)
                    if (said is not False) if narrows else said:
                        continue
                    out.append(Finding("scope", entry.get("scope_action", "deny"),
                                       layer.get("mode") == "observe", path, commit.id))
        return out

    def judge_rule(self, layer, rule, commit):
        by, out = rule.get("by", "agents"), []
        observed = rule.get("mode", layer.get("mode")) == "observe"
        for path in changes_of(commit):
            agents = self.agents_at(commit, path)
            if by == "agents" and not agents:
                continue
            if isinstance(by, list) and not any(who["name"] in by for who in agents):
                continue
            if has(rule["paths"], path):
                out.append(Finding(rule["name"], rule["action"], observed, path, commit.id))
        return out


def made_key(change):
    path, _, new = change
    return path, new


def decision(findings, observed=False):
    said = [f.action for f in findings if observed or not f.observed]
    worst = min((ORDER[action] for action in said), default=2)
    return ["deny", "hold", "allow"][worst]
