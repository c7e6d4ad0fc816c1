"""The tree is RFC 6962's."""

from __future__ import annotations

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from klardesk.ledger.merkle import Tree


def mth(leaves: list[bytes]) -> bytes:
    """RFC 6962, 2.1, word by word."""
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return sha256(b"\x00" + leaves[0]).digest()
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return sha256(b"\x01" + mth(leaves[:k]) + mth(leaves[k:])).digest()


@given(st.lists(st.binary(max_size=8), max_size=70), st.data())
def test_grown_and_changed_bit_by_bit_it_equals_the_definition(leaves, data):
    tree, known = Tree(), []
    rest = list(leaves)
    while rest:
        count = data.draw(st.integers(1, len(rest)))
        put = {len(known) + index: leaf for index, leaf in enumerate(rest[:count])}
        if known and data.draw(st.booleans()):
            changed = data.draw(st.integers(0, len(known) - 1))
            known[changed] = put[changed] = b"changed"
        known += rest[:count]
        rest = rest[count:]
        tree.put(put)
        assert tree.root() == mth(known).hex()
    assert tree.root() == mth(known).hex()


def test_a_gap_is_refused():
    with pytest.raises(IndexError):
        Tree().put({1: b"x"})
