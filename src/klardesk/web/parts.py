"""Typed arguments of the larger components, so that pages hand them checked values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal


@dataclass(frozen=True, kw_only=True)
class Column:
    """A table's column. `key` names it in `?sort=`; `sortable` makes its head a link.

    `select_all` names the checkboxes of its rows: its head is the one that ticks them all.
    """

    key: str
    label: str
    sortable: bool = False
    align: Literal["start", "end"] = "start"
    hidden_label: bool = False
    select_all: str = ""


@dataclass(frozen=True, kw_only=True)
class Tab:
    """One of several views of the same thing, each with its own address."""

    label: str
    href: str
    current: bool = False
    count: int | None = None


@dataclass(frozen=True, kw_only=True)
class Crumb:
    """A step of the way to this page; the last one has no address."""

    label: str
    href: str = ""


@dataclass(frozen=True, kw_only=True)
class TreeNode:
    """A node of a tree such as the queues; `opened` shows its children at first."""

    label: str
    href: str
    count: int | None = None
    current: bool = False
    opened: bool = False
    symbol: str = ""
    children: Sequence[TreeNode] = field(default_factory=tuple)
