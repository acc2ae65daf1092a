#!/usr/bin/env python3
"""
Says of labelled texts which are no credentials at all, and which "negatives" hold a real one, each
with its reason; the detector is not asked.

	rows.py FILE.jsonl... | bench-detect -		figures, see detect.c
	rows.py -l FILE.jsonl...			the list, row by row

A row of another tool says "my rule must fire here" or "must not": it fires at what it was written
for, which may be a host, a public number, or a row of keys that somebody typed.  Each row gets "why"
where that is so, and "half", 0 or 1 by the text's digest, so that one half can be kept back.  Reasons
are worked out of the text by the rules below; rows.json has kinds that say whose account it is, what
manuals print, and rows that only a reader can tell, by digest.
"""
import hashlib
import json
import math
import os
import re
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
with open(os.path.join(HERE, "rows.json"), encoding="utf-8") as f:
	DATA = json.load(f)

RUN = re.compile(r"[A-Za-z0-9_+/=@$%!.~-]{6,}")
HASH = re.compile(r"^\s*\$(1|2[abxy]|5|6)\$")
FILLED = re.compile(r"(?<![0-9A-Za-z])\{[a-z]+\}|#{4,}|-p(?:assword)? \"?[$%]|YOUR_|_HERE|SOME_", re.I)
PASSWORDS = [re.compile(form, re.I) for form in (
	r"(?:pass(?:word|wd)?|pwd|secret)['\"\\]*\s*(?:[:=>]+|==|!=|\bis\b)\s*['\"\\]*([^\s'\"\\;<,]+)",
	r"pass(?:word)? ['\"]([^'\"]+)['\"]",
	r"password for [^\n]{0,40}? is ['\"]?([^\s'\"]+)",
	r"-p\s+([^\s'\"-]\S*)", r"-u \w+:(\S+)", r"://[^\s:/@]*:([^\s/]+)@", r"\buser['\"], *['\"]([^'\"]+)",
	r"^([A-Za-z0-9@!$]+)$")]
HOST = re.compile(r"://[^\s/@]*:[^\s/@]+@([A-Za-z0-9.-]+)")
NOWHERE = re.compile(r"(^|\.)(example(\.(com|net|org|edu|local))?|localhost|test|invalid)(\.[a-z]{2,3})?$")
LEET = str.maketrans("0134578@$!|", "oieastbasii")
KEYS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")


def digest(row):
	return hashlib.sha256(row["text"].encode()).hexdigest()


def longest(values):
	best = now = 0
	for good in values:
		now = now + 1 if good else 0
		best = max(best, now)
	return best


def one_up(a, b):
	return ord(b) - ord(a) == 1 or (a == "9" and b == "0")


def typed(run):
	"""Whether hands typed it: one letter over and over, steps up, the same again and again."""
	low = run.lower()
	plain = re.sub(r"[^a-z0-9]", "", low)
	for text in (low, plain):
		if longest(a == b for a, b in zip(text, text[1:])) >= 5:
			return "one letter over and over"
		if longest(one_up(a, b) for a, b in zip(text, text[1:])) >= 5:
			return "a row of letters or digits"
		if longest(one_up(a, b) for a, b in zip(text, text[2:])) >= 6:
			return "every other letter goes up"
		for period in range(2, 21):
			if longest(a == b for a, b in zip(text, text[period:])) >= max(8, period):
				return "the same again and again"
	if "EXAMPLE" in run:
		return "says that it is an example"
	for row in KEYS:
		if any(row[i:i + 6] in low for i in range(len(row) - 5)):
			return "a row of keys"
	return None


def bits(run):
	return -sum(run.count(c) / len(run) * math.log2(run.count(c) / len(run)) for c in set(run))


def serious(run):
	"""Whether a run of letters may be a key: long, of digits and letters, no address."""
	body = run.strip("=.").split("=")[-1]
	return (len(body) >= 12 and len(re.findall(r"\d", body)) > 1 and re.search(r"[A-Za-z]", body) and
		bits(body) > 2.8 and not re.search(r"\.(com|net|org|io|cn|dev|ps1|exe|php|json)\b", body))


def weak(word):
	"""Whether nothing but words that manuals put for a password makes it up."""
	left = re.sub(r"^[^a-z]+|[^a-z]+$", "", word.lower().replace("%40", "@"))
	left = re.sub(r"[^a-z]", "", left.translate(LEET))
	for known in DATA["weak words"]:
		left = left.replace(known, "")
	return not left


def passwords(text):
	found = [word for form in PASSWORDS for word in form.findall(text)]
	return [word for word in found if "(" not in word]


def no_credential(row):
	"""Why what a rule must find is nothing that opens anything; None: it is a credential."""
	text, kind = row["text"], row["kind"]
	if kind in DATA["names"]:
		return DATA["names"][kind]
	if digest(row)[:12] in DATA["rows"]:
		return DATA["rows"][digest(row)[:12]]
	for part, where in DATA["published"].items():
		if part in text:
			return "printed in " + where
	if HASH.search(text) or "pwhash" in kind:
		return "a hash of a password"
	runs = RUN.findall(text)
	reasons = [typed(run) for run in runs]
	# Ids and keys of sequences are typed, too: no run beside them may be a serious one.
	if any(reasons) and not any(serious(run) for run, why in zip(runs, reasons) if not why):
		return next(why for why in reasons if why)
	said = passwords(text)
	beside = [run for run in runs if not any(word in run for word in said)]
	if said and all(weak(word) for word in said) and not any(serious(run) for run in beside):
		return "a word that manuals put for a password"
	if FILLED.search(text) and not any(serious(run) for run in runs):
		return "filled in later"
	hosts = HOST.findall(text)
	if hosts and all(NOWHERE.search(host.lower()) for host in hosts):
		return "at a host that is nowhere (RFC 2606)"
	return None


def real_one(row, positives):
	"""Why a row that one tool's rule must not find holds a credential all the same."""
	text = row["text"]
	if digest(row)[:12] in DATA["real"]:
		return DATA["real"][digest(row)[:12]]
	if text in positives:
		return "the same text is a positive of " + positives[text]
	if text.startswith("0\u0082") and "\u0086H\u0086\u00f7\r\u0001\u0007\u0001" in text:
		return "a store of keys (PKCS#12)"
	for run in RUN.findall(text):
		run = run.strip("=.'\"`")
		if len(run) >= 20 and run in positives.tokens:
			return "its token is a positive of " + positives.tokens[run]
	return None


class Positives(dict):
	"""Texts that are credentials by their label and by the rules above, and their serious runs."""

	def __init__(self, rows):
		super().__init__()
		self.tokens = {}
		for row in rows:
			if row["secret"] and not no_credential(row):
				self[row["text"]] = row["kind"]
				for run in RUN.findall(row["text"]):
					if serious(run):
						self.tokens[run.strip("=.'\"`")] = row["kind"]


def main(arguments):
	listed = arguments[:1] == ["-l"]
	rows = []
	for name in arguments[1:] if listed else arguments:
		with open(name, encoding="utf-8") as lines:
			for line in lines:
				rows.append(dict(json.loads(line), file=os.path.basename(name)))
	positives = Positives(rows)
	for row in rows:
		why = no_credential(row) if row["secret"] else real_one(row, positives)
		row["half"] = int(digest(row), 16) & 1
		if why:
			row["why"] = why
		if not listed:
			print(json.dumps(row))
		elif why:
			print("%s  %s  %-24s  %-40s  %s" % ("none" if row["secret"] else "real", digest(row)[:12],
				row["kind"], why, json.dumps(row["text"])[:90]))


if __name__ == "__main__":
	main(sys.argv[1:])
