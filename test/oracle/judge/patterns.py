"""Patterns of gitignore(5), the plain way: a regular expression for each.

It is tried on a name and on its folders, exactly: the names here are lower-case ASCII, for which
generous and exact are the same.
"""
import functools
import re


@functools.lru_cache(maxsize=None)
def compiled(pattern):
    """(takes back, folders only, expression)."""
    back = pattern.startswith("!")
    text = pattern[1:] if back else pattern
    folder = text.endswith("/")
    text = text.rstrip("/") if folder else text
    anchored = "/" in text
    text = text.lstrip("/")
    out = "" if anchored else "(?:.*/)?"
    at = 0
    while at < len(text):
        if text.startswith("**/", at) and (at == 0 or text[at - 1] == "/"):
            out, at = out + "(?:.*/)?", at + 3
        elif text[at:] == "**" and at > 0 and text[at - 1] == "/":
            out, at = out + ".+", at + 2
        elif text[at] == "*":
            out, at = out + "[^/]*", at + 1
        elif text[at] == "?":
            out, at = out + "[^/]", at + 1
        elif text[at] == "[":
            end = text.index("]", at + 2)
            out, at = out + "[" + text[at + 1:end].replace("!", "^", 1) + "]", end + 1
        else:
            out, at = out + re.escape(text[at]), at + 1
    return back, folder, re.compile(out + r"\Z", re.S)


def matches(pattern, name):
    """Whether the pattern matches the name or one of the folders that it is in."""
    _, folder, expression = compiled(pattern)
    parts = name.split("/")
    for count in range(1, len(parts) + 1):
        if folder and count == len(parts):
            break
        if expression.match("/".join(parts[:count])):
            return True
    return False


@functools.lru_cache(maxsize=1 << 16)
def last(patterns, name):
    """What the last pattern that matches says: True, False (taken back), or None: none matches."""
    said = None
    for pattern in patterns:
        if matches(pattern, name):
            said = not pattern.startswith("!")
    return said


def has(patterns, name):
    return bool(last(tuple(patterns), name))
