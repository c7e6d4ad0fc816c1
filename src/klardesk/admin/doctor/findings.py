"""What a check finds, and the list of all checks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import IntEnum

from django.utils.functional import Promise

Text = str | Promise


class Verdict(IntEnum):
    """How bad it is; its number is the exit code of `klardesk doctor` if nothing is worse."""

    OK = 0
    WARNING = 1
    PROBLEM = 2

    @property
    def word(self) -> str:
        """`ok`, `warning` or `problem`, as in the JSON."""
        return self.name.lower()


@dataclass(frozen=True, slots=True)
class Finding:
    """A verdict, what it means, and, unless all is well, how to mend it; in the language that was active."""

    verdict: Verdict
    says: str
    mend: str = ""


Check = Callable[[], Iterator[Finding]]


@dataclass(frozen=True, slots=True)
class Registered:
    """A check: its stable name for machines, its title for people, whether it asks the database."""

    name: str
    title: Text
    run: Check
    needs_database: bool


CHECKS: list[Registered] = []


def check(name: str, title: Text, *, needs_database: bool = True) -> Callable[[Check], Check]:
    """Register a check; they run in the order of registration."""

    def register(run: Check) -> Check:
        CHECKS.append(Registered(name, title, run, needs_database))
        return run

    return register


def ok(says: str) -> Finding:
    """All is well."""
    return Finding(Verdict.OK, says)


def warning(says: str, mend: str) -> Finding:
    """The desk works, but something should be mended."""
    return Finding(Verdict.WARNING, says, mend)


def problem(says: str, mend: str) -> Finding:
    """Something does not work or is not safe."""
    return Finding(Verdict.PROBLEM, says, mend)
