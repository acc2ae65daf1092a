#!/usr/bin/env python3
"""Check lists: every order of ticked and empty boxes x how they look x what joins them x where a mark stands, against a reader
that splits the line at its boxes.

    boxes.py ORACLE-MARKS
"""
import itertools
import json
import re
import subprocess
import sys

BOXES = [("[ ]", "[x]"), ("[ ]", "[X]"), ("( )", "(x)"), ("☐", "☑"), ("❌", "✅"), ("⬜", "☒")]
JOINS = [" ", "  ", " - ", " | ", ", ", " / "]
BULLETS = ["", "- ", "* ", "1. "]
MARKS = ["Generated with Claude Code", "🤖 Generated with [Claude Code](https://claude.com/claude-code)",
         "Co-authored-by: Claude <noreply@anthropic.com>", "Written with Claude Code"]
OTHERS = ["by hand", "tests pass", "docs"]
SPLIT = re.compile(r"(?:(?<=\s)|^)(\[[ xX]\](?!\()|\([ x]\)|[☐☑❌✅⬜☒])")


def slow(message):
    for line in message.split("\n"):
        line = re.sub(r"^([-*]|\d+\.) ", "", line)
        parts = SPLIT.split(line)
        if parts[0].strip() == "" and len(parts) > 1:
            line = " ".join(text for box, text in zip(parts[1::2], parts[2::2]) if box in "[x][X](x)☑✅☒")
        if "Claude" in line:
            return "claude-code"
    return "-"


def shapes():
    for (empty, full), join, bullet, mark, count in itertools.product(BOXES, JOINS, BULLETS, MARKS, (1, 2, 3)):
        for ticks in itertools.product((False, True), repeat=count):
            for at in range(count):
                texts = OTHERS[:count]
                texts[at] = mark
                line = join.join(f"{full if tick else empty} {text}" for tick, text in zip(ticks, texts))
                yield f"Fix it\n\n{bullet}{line}\n", "claude-code" if ticks[at] else "-"


def main():
    samples = dict(shapes())
    text = "".join(json.dumps({"message": m}) + "\n" for m in samples)
    found = subprocess.run([sys.argv[1]], input=text, capture_output=True, text=True, check=True).stdout.split("\n")[:-1]
    wrong = [(m, want, slow(m), got) for (m, want), got in zip(samples.items(), found) if not want == slow(m) == got]
    for message, want, read, got in wrong[:10]:
        print(f"right {want}, slow reader {read}, found {got}\n{message}--------")
    print(f"{len(samples)} shapes, {len(wrong)} wrong")
    return bool(wrong) or len(samples) < 2000 or len(found) != len(samples)


if __name__ == "__main__":
    sys.exit(main())
