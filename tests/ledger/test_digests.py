"""The digests are what docs/develop/ledger.md says: anybody can compute them again from the document alone."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from klardesk.ledger import digests
from klardesk.ledger.canonical import dumps

DOCUMENT = Path(__file__).parents[2] / "docs" / "develop" / "ledger.md"


def blocks() -> dict[str, str]:
    """The worked example's blocks by the name in their first line."""
    found = re.findall(r"```text\n# ([^\n]+)\n(.*?)\n```", DOCUMENT.read_text(encoding="utf-8"), re.DOTALL)
    return dict(found)


def test_the_worked_example_computes():
    example = blocks()
    salt, payload, header = bytes.fromhex(example["salt"]), example["payload"], example["header"]
    assert hashlib.sha256(salt + payload.encode()).hexdigest() == example["payload digest"]
    assert json.loads(header)["payload"] == example["payload digest"]
    assert hashlib.sha256(b"klardesk ledger event 1\n" + header.encode()).hexdigest() == example["digest"]


def test_the_product_computes_the_same():
    example = blocks()
    found = json.loads(example["header"])
    content = digests.payload_digest(bytes.fromhex(example["salt"]), example["payload"])
    head = digests.header(
        found["chain"]["kind"], found["chain"]["key"], found["sequence"], found["kind"], found["at"],
        found["actor"]["kind"], found["actor"]["id"], found["actor"]["name"], content, digests.GENESIS,
    )  # fmt: skip
    assert head.decode() == example["header"]
    assert digests.event_digest(head) == example["digest"]


texts = st.text(st.characters(exclude_categories=["Cs"]))


@given(texts, texts, st.integers(0, 2**31), texts, texts, texts, st.none() | st.integers(0, 2**53 - 1), texts)
def test_the_header_is_canonical_json(chain, key, sequence, kind, at, who, who_id, name):  # noqa: PLR0917
    expected = {
        "actor": {"id": who_id, "kind": who, "name": name},
        "at": at,
        "chain": {"key": key, "kind": chain},
        "kind": kind,
        "payload": "1f",
        "previous": "2e",
        "sequence": sequence,
    }
    assert digests.header(chain, key, sequence, kind, at, who, who_id, name, "1f", "2e").decode() == dumps(expected)
