#!/usr/bin/env python3
"""Whom messages are marked with: every form of block x what stands before it x marks after it and in
it, in several spellings, against a slow reader that knows nothing of ours.

    marks.py ORACLE-MARKS

The reader cuts a message into blocks in several passes over a list of lines; ours goes over the bytes
once.  Shapes come from a grammar, so each also says by itself what is right; the reader must agree.
"""
import itertools
import json
import os
import re
import subprocess
import sys

# ---- the slow reader ----

BULLET = re.compile(r"^([-*+]|[•‣◦]|\d{1,3}[.)]) +")
FENCE = re.compile(r"^(`{3,}|~{3,})(.*)$")


class Line:
    def __init__(self, raw):
        self.raw = raw.replace("\t", " " * 8)
        self.text = self.raw.strip()
        self.indent = len(self.raw) - len(self.raw.lstrip()) if self.text else None
        self.shown = False


OF_MESSAGES = "emits footer log message messages prints quote quoted reads said says trailer trailers writes wrote".split()
ENDS = "emits following prints reads removed said say says writes wrote".split()


def without_bullets(text):
    while BULLET.match(text):
        text = BULLET.sub("", text, count=1)
    return text


def hide_fences(lines):
    """Pairs of fences; an opening one that has no partner is text."""
    at = 0
    while at < len(lines):
        opening = FENCE.match(without_bullets(lines[at].text))
        if not opening or lines[at].text.startswith(">") or (
                opening[1][0] == "`" and "`" in opening[2]):
            at += 1
            continue
        partner = next((n for n in range(at + 1, len(lines))
                        if re.fullmatch(re.escape(opening[1][0]) + "{%d,}" % len(opening[1]), lines[n].text)), None)
        if partner is None:
            at += 1
            continue
        for n in range(at, partner + 1):
            lines[n].shown = True
        at = partner + 1


def is_trailer(text):
    return re.match(r"^[A-Za-z0-9]+(-[A-Za-z0-9-]+)+ *:", text) is not None


def margin_of(lines):
    indents = [l.indent for l in lines[1:] if l.text and not l.text.startswith("#") and not (
        l.indent == 0 and (is_trailer(l.text) or l.text.startswith("---")))]
    return min(indents, default=0)


def hide_indented(lines):
    if any(l.text.startswith("Squashed commit of") for l in lines):
        return
    margin = margin_of(lines)
    flush = [n for n, l in enumerate(lines) if l.text and not l.text.startswith("#") and l.indent <= margin]
    if margin:
        flush = [n for n in flush if n and lines[n].indent == margin]
    last = flush[-1] if flush else 0
    introduced, hinted, of_message, items, star, apart = False, False, False, [], False, False

    def belongs(depth):
        if apart:
            return not introduced and any(item <= depth < 4 for item in items)
        return any(item <= depth < item + 4 for item in items)

    for paragraph in paragraphs(lines):
        depths = {n: max(0, lines[n].indent - margin) for n in paragraph}
        of_item = belongs(depths[paragraph[0]])
        code = []
        for n in paragraph:
            line, bullet = lines[n], BULLET.match(lines[n].text)
            if line.shown or n == 0 or line.text[0] in "#>":
                of_item = False
                continue
            of_item = (of_item or bullet and not introduced) and belongs(depths[n])
            if depths[n] and not of_item:
                introduced = introduced or (
                    hinted and depths[n] >= 4 and n == paragraph[0] and is_trailer(line.text))
                hinted = False
            hidden = depths[n] and not of_item and ((depths[n] >= 4 and introduced) or n < last)
            if hidden and bullet and depths[n] >= 4:
                of_message = False
            if hidden:
                line.shown = True
                code.append(n)
                continue
            commit = bullet and not depths[n] and line.text[0] == "*" and n == paragraph[0]
            keep = 1 if star and not depths[n] and not commit else 0
            items = items[:keep] + [i for i in items[keep:] if i <= depths[n]]
            if bullet:
                if not items:
                    star = commit
                    apart = False
                items.append(depths[n] + len(bullet[0]))
            if not depths[n]:
                apart = apart or not bullet
                words = re.findall(r"\w+", line.text)
                introduced = (line.text.endswith(":") and len(words) >= 3) or (
                    len(words) > 1 and line.text.endswith(words[-1]) and words[-1] in ENDS)
                hinted = line.text.endswith(":") and len(words) < 3
                of_message = introduced and any(w in OF_MESSAGES for w in words)
        if not of_message and any(depths[n] >= 4 and not is_trailer(lines[n].text) for n in code):
            introduced = False


def paragraphs(lines):
    paragraph = []
    for n, line in enumerate(lines):
        if line.text:
            paragraph.append(n)
        elif paragraph:
            yield paragraph
            paragraph = []
    if paragraph:
        yield paragraph


def said(message):
    lines = [Line(raw) for raw in re.split(r"\r\n|\n|\r", message)]
    hide_fences(lines)
    for line in lines[1:]:
        if line.text[:1] in ("#", ">") and line.text or without_bullets(line.text)[:1] == ">":
            line.shown = True
    hide_indented(lines)
    return [without_bullets(l.text) for l in lines if l.text and not l.shown]


MARKS = [
    ("claude-code", "Co-Authored-By: Claude Opus 4.6 (1M context) <noreply@anthropic.com>"),
    ("claude-code", "Claude-Session: https://claude.ai/code/session_01ABCdefGHIjkl"),
    ("claude-code", "https://claude.ai/code/session_01ABCdefGHIjkl"),
    ("claude-code", "🤖 Generated with [Claude Code](https://claude.com/claude-code)"),
    ("openai-codex", "Co-authored-by: Codex <noreply@openai.com>"),
    ("openai-codex", "Generated-by: Codex CLI (gpt-5-codex)"),
    ("github-copilot", "Co-authored-by: Copilot <223556219+Copilot@users.noreply.github.com>"),
    ("cursor", "Made-with: Cursor"),
    ("cursor", "Co-authored-by: Cursor <cursoragent@cursor.com>"),
    ("aider", "Co-authored-by: aider (gpt-4o) <aider@aider.chat>"),
    ("gemini-cli", "Assisted-by: Gemini CLI"),
    ("replit", "Replit-Commit-Author: Agent"),
    ("amp", "Amp-Thread-ID: https://ampcode.com/threads/T-0f3c1e52-1111-4222-8333-444455556666"),
]


def read(message):
    found = set()
    for line in said(message):
        for agent, mark in MARKS:
            if line == mark:
                found.add(agent)
    return ",".join(sorted(found)) or "-"


# ---- the grammar ----

BEFORE = [
    "", "Body text.", "Usage:", "Note:", "The hook strips:", "The hook strips lines such as:", "Fixes: a crash",
    "It ends in a comma,", "A question?", "- an item", "- an item:", "* item one\n* item two:", "1. first:",
    "> quoted:", "# Heading:", "**Usage:**", "Closes: #12", "Signed-off-by: Ada Example <ada@example.org>",
    "Co-authored-by:", "Reviewed-by:", "key:", "Two lines\nthen a colon:", "```\nearlier\n```", "<!-- note: -->",
    "See https://example.org/:", "a\tb:",
]
CODE = "git commit -s\necho done"
BLOCKS = {
    "fence": ("```\n%s\n```", True),
    "fence with language": ("```sh\n%s\n```", True),
    "tildes": ("~~~\n%s\n~~~", True),
    "tildes around backquotes": ("~~~\n```\n%s\n~~~", True),
    "long fence": ("````\n```\n%s\n````", True),
    "indented fence": ("  ```\n  %s\n  ```", True),
    "fence in an item": ("- ```sh\n  %s\n  ```", True),
    "fence in a numbered item": ("1. ```\n   %s\n   ```", True),
    "quotation": ("> %s", True),
    "quotation in an item": ("- > %s", True),
    "quotation in a quotation": ("> > %s", True),
    "quotation in a numbered item": ("1. > %s", True),
    "nested list": ("- one\n  - two\n    - %s", False),
    "quotation of a fence": ("> ```\n> %s\n> ```", True),
    "comment": ("# %s", True),
    "list": ("- one\n- two\n- %s", False),
    "list of stars": ("* one\n* %s", False),
    "HTML comment": ("<!-- about it -->\n%s", False),
    "open fence": ("````sh\n%s", False),
    "inline fence": ("```one line```\n%s", False),
}
AFTER = ["", "\n", "\nText goes on.\n\n", "\nSigned-off-by: Ada Example <ada@example.org>\n", "\n---\n",
         "\n```\nmore\n```\n\n", "\n> more\n\n", "\n- more\n\n", "\nUsage:\n```\nx\n```\n\n"]
LINE_ENDS = ["\n", "\r\n"]


def fill(form, text):
    """Puts the text in, every line of it in the form's own prefix."""
    line = next(l for l in form.split("\n") if "%s" in l)
    prefix = line[:line.index("%s")]
    if prefix.strip() in ("-", "*"):
        prefix_more = prefix
    else:
        prefix_more = prefix
    return form.replace(line, "\n".join(prefix_more + t for t in text.split("\n")))


def shapes():
    turn = itertools.count()
    for before, (name, (form, hides)) in itertools.product(BEFORE, BLOCKS.items()):
        for glue in ("\n", "\n\n"):
            for after in AFTER:
                agent, mark = MARKS[next(turn) % len(MARKS)]
                head = "Fix the parser\n\n" + before + (glue if before else "")
                plain = head + fill(form, CODE) + "\n" + after
                yield name + ", mark after", plain + mark + "\n", agent
                inner = head + fill(form, mark) + "\n" + after
                bare = before in ("Co-authored-by:", "Reviewed-by:", "key:")
                if not bare or hides:
                    yield name + ", mark inside", inner + "The end.\n", "-" if hides else agent


INDENTED = [
    ("Fix it\n\nThe line\n\n    %s\n\nis looked for.\n", False),
    ("Fix it\n\nThe hook looks for:\n\n    %s\n", False),
    ("Fix it\n\nThe hook looks for this:\n\n    %s\n\nand strips it.\n", False),
    ("Fix it\n\nBody.\n\n    %s\n", True),
    ("Fix it\n\nBody.\n\n  %s\n", True),
    ("Fix it\n\nIt does the following:\n\n    - one\n    - two\n\n    %s\n", True),
    ("Fix it\n\nIt does the following:\n - one\n - two\n\n    %s\n", True),
    ("Fix it\n\nThe message said:\n\n    Fix that\n\n    Some text.\n\n    %s\n", False),
    ("Fix it\n\nIts trailers were these:\n\n    Fix that\n\n    %s\n", False),
    ("Fix it\n\nThis commit does two things:\n\n    - one\n    - two\n\n    %s\n", True),
    ("Fix it\n\nThe message says this:\n\n    - one\n\n    %s\n", True),
    ("Fix it\n\nSummary:\n\n    Text.\n\n    %s\n", True),
    ("Fix it\n\nThe docs say\n\n    %s\n", False),
    ("    Fix it\n\n    Body.\n\n    %s\n", True),
    ("    Fix it\n\n    Body.\n\n    %s\n\nSigned-off-by: Ada Example <ada@example.org>\n", True),
    ("Fix it\n\n    Body.\n\n    %s\n\nSigned-off-by: Ada Example <ada@example.org>\n", True),
    ("    Fix it\n\n    The line\n\n        %s\n\n    is looked for.\n", False),
    ("Fix it\n\n* fix: one\n\n  %s\n\n* fix: two\n", True),
    ("Fix it\n\n- fix: one\n\n  %s\n\n- fix: two\n\n  Body.\n", True),
    ("Fix it\n\n- strips lines such as\n  %s\n  from messages\n\nMore.\n", False),
    ("Fix it (#7)\n\n* one\n\n  - nested\n  - twice\n\n  %s\n\n* two\n", True),
    ("Fix it (#7)\n\n* one\n\n   - nested\n     - deeper\n\n   %s\n\n* two\n", True),
    ("Fix it (#7)\n\n* one\n\nText of one.\n\n   %s\n\n* two\n", True),
    ("Fix it (#7)\n\n* one\n\nText of one.\n\nMore of it.\n\n  %s\n\n* two\n\nText.\n", True),
    ("Fix it (#7)\n\n* one\n\nSteps.\n\n1) first\n2) second\n\nText.\n\n   %s\n\n* two\n", True),
    ("Fix it (#7)\n\n* one\n\n- a\n- b\n\n  %s\n\n* two\n", True),
    ("Fix it (#7)\n\n* one\n\nThe hook looks for this:\n\n  %s\n\n* two\n", False),
    ("Fix it (#7)\n\n* one\n\nThe line\n\n    %s\n\nis looked for.\n\n* two\n", False),
    ("Fix it\n\n- one\n\nText at the margin.\n\n  %s\n\nis looked for.\n", False),
    ("#12 Fix it\n\n%s\n", True),
    ("> Fix it\n\n%s\n", True),
    ("Fix it\n\n```\n%s\n```\n\n```\nopen to the end\n", False),
    ("Fix it\n\n```\nopen to the end\n\n%s\n", True),
    ("Fix it\n\n````\ncode\n```\n\n%s\n", True),
    ("Squashed commit of the following:\n\ncommit 0123456789abcdef0123456789abcdef01234567\n\n    Fix it\n\n    %s\n\n"
     "commit 0123456789abcdef0123456789abcdef01234568\n\n    Two\n", True),
]


def more_shapes():
    for form, is_said in INDENTED:
        for agent, mark in MARKS:
            yield "indented", form % mark, agent if is_said else "-"


# ---- forms: every agent of the catalogue in every form, in several blocks ----

DATA = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../rules/data/agents.json")
SURE, THING, GIVEN = 0, 1, 2


def plain(name):
    return " ".join(re.findall(r"[^\W_]+", name.lower()))


def catalogue():
    names = {}
    for agent, entry in json.load(open(DATA, encoding="utf-8"))["agents"].items():
        for strength, field in enumerate(("names", "shared_names", "given_names")):
            for name in entry.get(field, []):
                names.setdefault(plain(name), (agent, strength, name))
    return names


NAMES = catalogue()
VERBS = "generated|assisted|prepared|created|written|committed|built"
TAG = re.compile(r"</?(?:sub|sup|i|b|em|p|div|small)(?: [^<>]*)?>")
NUMBER = re.compile(r"[ ,]*[(\[]?(?:(?:closes|see) )?(?:#|!|gh-)\d+[)\]]?$", re.I)


def named(text, most):
    found = NAMES.get(plain(text))
    return found[0] if found and found[1] <= most else None


def slow_form(line):
    line = re.sub(r"<a href=\"(http[^\"]*)\">([^<]*)</a>", r"[\2](\1)", TAG.sub("", line)).strip()
    if "<code>" in line or line.startswith(("`", '"')):
        return None
    line = line.replace(":robot:", "").strip(" 🤖")
    trailer = re.fullmatch(r"([A-Za-z-]+): (.*)", line)
    if trailer:
        key, value = trailer[1].lower(), trailer[2]
        suffix = re.fullmatch(r"ada example \((.*)\) <ada@example.org>", value)
        if key == "co-authored-by" and suffix:
            agent = named(suffix[1], GIVEN)
            return agent if agent != "generic-assisted-by" else named(suffix[1], SURE)
        if re.fullmatch(r"(?:ai-|co-)?(?:%s)-(?:by|with|using)" % VERBS, key):
            return named(value, GIVEN)
        return None
    behalf = re.fullmatch(r"([\[(*]?)(this is )?(.*?),?(?: (?:acting|writing))? on (?:behalf of .*|.*'s behalf).*", line, re.I)
    if behalf:
        name = re.sub(r"^(?:%s) by " % VERBS, "", behalf[3], flags=re.I)
        return named(name, GIVEN if behalf[2] or behalf[1] in ("[", "(") else SURE)
    line = NUMBER.sub("", line.strip("_*[]() ."))
    made = re.fullmatch(r"(?:this commit was |pr )?(%s) (with|by|using) \[?(.*?)(?:\]\(http[^)]*)?" % VERBS, line.strip(), re.I)
    if not made:
        return None
    sure = made[1].lower() in ("generated", "assisted") or made[2].lower() != "by"
    return named(made[3].strip(" ]"), GIVEN if sure else SURE)


EVERYBODY = [
    "🤖 Generated with %s (#3413)", "Generated with %s GH-3413", "Generated with %s, closes #12", "(Generated with %s)",
    "<sub>Generated with %s</sub>", "<p>🤖 Generated with <a href=\"https://tool.example/\">%s</a></p>",
    "<div align=\"right\"><i>Created with %s</i></div>", ":robot: Generated with %s", "Prepared with %s", "Created with %s",
    "PR created with %s", "_Prepared with %s_", "**Built using %s**", "This commit was generated by %s.",
    "[This is %s on behalf of Ada Example]", "[This is %s, acting on behalf of Ada Example]", "[%s on behalf of Ada Example]",
    "This is %s, writing on Ada's behalf.", "[Written by %s on behalf of Ada Example]", "Prepared-by: %s", "Created-with: %s",
    "AI-Assisted-By: %s", "Assisted-by: %s", "Co-authored-by: ada example (%s) <ada@example.org>",
]
SURE_ONLY = ["Written by %s", "Committed by %s on behalf of Ada Example", "Created by %s"]
NOBODY = ["Reviewed-by: %s", "Tested-by: %s", "Prompted-by: %s", "Thanks to %s for it.", "<code>Generated with %s</code>",
          "`Created with %s`", "The name %s is not a person."]
AROUND = [("Fix it\n\n%s\n", True), ("Fix it\r\n\r\nUsage:\r\n```\r\nx\r\n```\r\n\r\n%s\r\n", True),
          ("Fix it\n\n* one\n\n  %s\n\n* two\n", True), ("Fix it\n\n```\n%s\n```\n", False),
          ("Fix it\n\n> %s\n\nSo they say.\n", False)]


def form_shapes():
    for agent, strength, name in NAMES.values():
        for form in EVERYBODY + SURE_ONLY + NOBODY:
            found = form in EVERYBODY or (form in SURE_ONLY and strength == SURE)
            found = found and not ("ada example (" in form and agent == "generic-assisted-by" and strength != SURE)
            text = form % (name.lower() if "ada example (" in form else name)
            for around, is_said in AROUND:
                if agent != "ai-trailers":
                    yield "form `" + form + "`", around % text, agent if found and is_said else "-"


def read_forms(message):
    found = {slow_form(line) for line in said(message)} - {None}
    if re.search(r"^\W*AI-Assisted-By: ", message, re.M) and "AI-Assisted-By" in " ".join(said(message)):
        found.add("ai-trailers")
    return ",".join(sorted(found)) or "-"


def main():
    samples = {}
    for name, message, want in itertools.chain(shapes(), more_shapes()):
        for end in LINE_ENDS:
            samples.setdefault(message.replace("\n", end), (name, want, read))
    for name, message, want in form_shapes():
        if "AI-Assisted-By" in name and want != "-":
            want = ",".join(sorted([want, "ai-trailers"]))
        samples.setdefault(message, (name, want, read_forms))
    text = "".join(json.dumps({"message": m}, ensure_ascii=False) + "\n" for m in samples)
    out = subprocess.run([sys.argv[1]], input=text, capture_output=True, text=True, check=True).stdout.split("\n")
    wrong = 0
    for (message, (name, want, reader)), got in zip(samples.items(), out):
        slow = reader(message)
        if got == want == slow:
            continue
        wrong += 1
        if wrong <= 20:
            print(f"{name}: right {want}, slow reader {slow}, found {got}\n{message}\n--------")
    print(f"{len(samples)} shapes, {wrong} wrong")
    return wrong != 0 or len(samples) < 2000 or len(out) != len(samples) + 1


if __name__ == "__main__":
    sys.exit(main())
