"""What somebody changed in a database is found, each with its place; an untouched one raises no alarm."""

from __future__ import annotations

from collections import Counter

import pytest

from klardesk.otrs.inspect.findings import Finding
from tests.otrs.databases import outgoing, samples
from tests.otrs.databases.inspected import alarms, inspected
from tests.otrs.databases.manipulations import ALL, Manipulation
from tests.otrs.databases.memory import Memory, read

pytestmark = [pytest.mark.oracles, pytest.mark.slow, samples.needed]
RECALL = 0.97


@pytest.fixture(scope="module", params=["mysql", "postgresql"])
def untouched(request: pytest.FixtureRequest) -> Memory:
    return read(samples.SMALL_MYSQL if request.param == "mysql" else samples.SMALL_POSTGRES)


def names(found: Finding, wanted: Manipulation) -> bool:
    """Whether a finding has the code and the place; the row may be one of those that it names as examples."""
    examples = found.evidence.get("examples", ())
    rows = {found.place.row, *(examples if isinstance(examples, tuple) else ())}
    place = {name: value for name, value in wanted.place.items() if name != "row"}
    is_there = all(getattr(found.place, name) == value for name, value in place.items())
    return found.code == wanted.code and is_there and wanted.place.get("row", found.place.row) in rows


def test_an_untouched_database_raises_no_alarm_and_has_none_of_what_is_seeded(untouched: Memory) -> None:
    inspection = inspected(untouched.copy())
    assert alarms(inspection) == []
    assert inspection.schema == "znuny 6.5.4"
    seeded = [each for each in ALL if any(names(found, each) for found in inspection.findings)]
    assert seeded == []


def test_manipulations_are_found_at_their_place(untouched: Memory) -> None:
    assert outgoing.PACKAGE
    missed: list[str] = []
    for each in ALL:
        altered = untouched.copy()
        each.alter(altered)
        if not any(names(found, each) for found in inspected(altered).findings):
            missed.append(f"{each.kind}: {each.name}: {each.code} {each.place}")
    kinds = Counter(each.kind for each in ALL)
    print(f"{len(ALL)} manipulations in {len(kinds)} classes, {len(missed)} missed")
    assert len(ALL) >= 60
    assert len(kinds) >= 6
    assert len(missed) <= (1 - RECALL) * len(ALL), missed
    assert not missed
