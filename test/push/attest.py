#!/usr/bin/env python3
"""A second verifier of attestations, from the published specifications alone: DSSE v1 (envelopes), in-toto Statement v1,
SLSA v1.2 (verification summaries), C2SP signed-note (how the key is written).  Ed25519 by python3-cryptography.

  attest.py KEYFILE COMMIT <NOTE     a line for each good envelope: predicate type, ref, level; else says what is wrong
"""
import base64, hashlib, json, sys

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

TYPES = {
    "https://github.com/slsa-framework/source-tool/source-provenance/v1": ["prev_commit", "repo_uri", "activity_type", "actor", "branch", "created_on", "controls"],
    "https://github.com/slsa-framework/source-tool/tag-provenance/v1": ["repo_uri", "actor", "tag", "created_on", "controls"],
    "https://slsa.dev/verification_summary/v1": ["verifier", "timeVerified", "resourceUri", "policy", "verificationResult", "verifiedLevels"],
}


def key_of(path):
    name, key_id, data = open(path).read().split()[0].split("+", 2)
    data = base64.b64decode(data)
    assert data[0] == 1 and hashlib.sha256(name.encode() + b"\n" + data).digest()[:4].hex() == key_id
    return Ed25519PublicKey.from_public_bytes(data[1:])


def pae(kind, body):
    return b"DSSEv1 %d %s %d %s" % (len(kind), kind, len(body), body)


def main():
    key = key_of(sys.argv[1])
    for line in sys.stdin.read().splitlines():
        envelope = json.loads(line)
        body = base64.b64decode(envelope["payload"], validate=True)
        assert envelope["payloadType"] == "application/vnd.in-toto+json"
        for signature in envelope["signatures"]:
            key.verify(base64.b64decode(signature["sig"]), pae(envelope["payloadType"].encode(), body))
        statement = json.loads(body)
        predicate = statement["predicate"]
        subject = statement["subject"][0]
        assert statement["_type"] == "https://in-toto.io/Statement/v1"
        assert subject["digest"]["gitCommit"] == sys.argv[2], "another commit"
        assert all(member in predicate for member in TYPES[statement["predicateType"]]), "a member is missing"
        levels = predicate.get("verifiedLevels", [])
        assert all(level in ("SLSA_SOURCE_LEVEL_1", "SLSA_SOURCE_LEVEL_2", "SLSA_SOURCE_LEVEL_3", "SLSA_SOURCE_TWO_PARTY_REVIEWED") for level in levels)
        print(statement["predicateType"].split("/")[-2], *subject["annotations"]["sourceRefs"], *levels)


try:
    main()
except (AssertionError, InvalidSignature, ValueError, KeyError) as wrong:
    sys.exit("not good: %r" % wrong)
