"""A Merkle tree over numbered leaves, as RFC 6962 (2.1) defines it, that can be changed leaf by leaf."""

from __future__ import annotations

from hashlib import sha256


def leaf_hash(leaf: bytes) -> bytes:
    """RFC 6962: a leaf is marked by a zero byte, so that no node can pass for one."""
    return sha256(b"\x00" + leaf).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """RFC 6962: an inner node is marked by a one byte."""
    return sha256(b"\x01" + left + right).digest()


class Tree:
    """The hashes of all levels, leaves first. A changed leaf costs one path to the root, not the whole tree."""

    def __init__(self) -> None:
        self._levels: list[list[bytes]] = [[]]

    def __len__(self) -> int:
        return len(self._levels[0])

    def put(self, leaves: dict[int, bytes]) -> None:
        """Set leaves by their index; new indexes continue the tree without a gap (else IndexError)."""
        dirty = set()
        for index in sorted(leaves):
            _set(self._levels[0], index, leaf_hash(leaves[index]))
            dirty.add(index // 2)
        level = 0
        while len(self._levels[level]) > 1:
            level += 1
            if level == len(self._levels):
                self._levels.append([])
            dirty = self._renew(level, dirty)

    def root(self) -> str:
        """The tree's root as 64 hex digits."""
        return (self._levels[-1][0] if self._levels[0] else sha256(b"").digest()).hex()

    def _renew(self, level: int, dirty: set[int]) -> set[int]:
        below = self._levels[level - 1]
        for index in sorted(dirty):
            pair = below[2 * index : 2 * index + 2]
            # an odd last node moves up unchanged, which gives exactly RFC 6962's left-balanced tree
            _set(self._levels[level], index, node_hash(*pair) if len(pair) == 2 else pair[0])
        return {index // 2 for index in dirty}


def _set(row: list[bytes], index: int, value: bytes) -> None:
    if index == len(row):
        row.append(value)
    else:
        row[index] = value
