"""`klardesk worktime`: cases in, answers out, line by line, whatever a line holds; without a database."""

from __future__ import annotations

import io
import json
import lzma
import sys
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from klardesk.calendars.cases import Cases
from klardesk.cli import main
from tests.calendars.test_worktime import VECTORS
from tests.oracles.registry import folder

Run = Callable[[Iterable[Any]], tuple[int, list[dict[str, Any]]]]
OFFICE = {"hours": "Mon-Fri 08:00-12:00, 13:00-17:00", "zone": "Europe/Berlin"}
BERLIN, LORD_HOWE = ({"hours": "Sun 00:00-24:00", "zone": zone} for zone in ("Europe/Berlin", "Australia/Lord_Howe"))


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run the command over these cases; its exit code and its answers."""

    def over(cases: Iterable[Any]) -> tuple[int, list[dict[str, Any]]]:
        lines = [case if isinstance(case, bytes) else json.dumps(case).encode() for case in cases]
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"\n".join(lines))))
        code = main(["worktime"])
        said = capsys.readouterr()
        assert said.err == ""
        return code, [json.loads(line) for line in said.out.splitlines()]

    return over


@pytest.mark.oracles
def test_the_recorded_vectors_are_equal_to_the_second(run: Run) -> None:
    if not VECTORS.is_file():
        pytest.skip("../shared/otrs/worktime-vectors.json.xz is not here")
    vectors = json.loads(lzma.decompress(VECTORS.read_bytes()))
    code, answers = run([{"calendars": vectors["calendars"]}, *vectors["add"], *vectors["delta"]])
    ends = [case["dest_epoch"] for case in vectors["add"]]
    seconds = [case["seconds"] for case in vectors["delta"]]
    assert code == 0
    assert len(answers) >= 3000
    assert [answer["end_epoch"] for answer in answers[: len(ends)]] == ends
    assert [answer["seconds"] for answer in answers[len(ends) :]] == seconds


@pytest.mark.oracles
@pytest.mark.parametrize("name", ["otobo_generated", "otobo_tests"])
def test_the_cases_of_the_oracles_are_answered_as_recorded(run: Run, name: str) -> None:
    file = folder() / "worktime" / f"{name}.jsonl"
    if not file.is_file():
        pytest.skip("the oracles are not here")
    cases = [json.loads(line) for line in file.read_text("utf-8").splitlines()]
    usable = [case for case in cases if case.get("status", "fact") == "fact" and ("start" in case or "date" in case)]
    code, answers = run(usable)
    refused = [case for case in usable if case.get("working_seconds", 0) < 0]
    assert code == bool(refused)
    assert len(answers) == len(usable)
    wrong = [case["id"] for case, answer in zip(usable, answers, strict=True) if not _agrees(case, answer)]
    assert wrong == []


def _agrees(case: dict[str, Any], answer: dict[str, Any]) -> bool:
    if "error" in answer:
        return bool(case["working_seconds"] < 0 and not case["accepted"])
    if case["kind"] == "is_vacation":
        return bool(answer["holiday"]) == case["is_vacation"] and (answer["holiday"] or "") == (case.get("name") or "")
    if case["kind"].startswith("delta"):
        return bool(answer["seconds"] == case["working_seconds"])
    expected = datetime.fromtimestamp(answer["end_epoch"], UTC)
    local = Cases("UTC").answer(
        {"kind": "add", "hours": {}, "zone": case["tz"], "start": expected.timestamp(), "seconds": 0}
    )
    return bool(local["end"][:19] == case["end"].replace(" ", "T"))


@pytest.mark.parametrize(
    ("case", "end"),
    [
        ({**OFFICE, "start": "2024-10-02 16:10", "seconds": 10200, "holidays": ["2024-10-03"]}, "2024-10-04T10:00:00+02:00"),
        # the night that loses an hour, and the one that has it twice
        ({**BERLIN, "start": "2024-03-31 00:00", "seconds": 7200}, "2024-03-31T03:00:00+02:00"),
        ({**BERLIN, "start": "2024-10-27 00:00", "seconds": 4 * 3600}, "2024-10-27T03:00:00+01:00"),
        # half an hour on Lord Howe, the quarter of Kathmandu, and the Friday that Apia never had
        ({**LORD_HOWE, "start": "2024-10-06 01:00", "seconds": 7200}, "2024-10-06T03:30:00+11:00"),
        ({**OFFICE, "zone": "Asia/Kathmandu", "start": "2024-12-31 16:59:59", "seconds": 2}, "2025-01-01T08:00:01+05:45"),
        ({**OFFICE, "zone": "Pacific/Apia", "start": "2011-12-29 16:30", "seconds": 3600}, "2012-01-02T08:30:00+14:00"),
        # leap day, as work and as a holiday of each leap year; the end of the year
        ({**OFFICE, "start": "2024-02-28 16:30", "seconds": 3600}, "2024-02-29T08:30:00+01:00"),
        ({**OFFICE, "start": "2024-02-28 16:30", "seconds": 3600, "holidays": {"--02-29": "x"}}, "2024-03-01T08:30:00+01:00"),
        ({**OFFICE, "start": "2024-12-31 16:30", "seconds": 3600, "holidays": ["--01-01"]}, "2025-01-02T08:30:00+01:00"),
        # no working time at all: the end is the start
        ({"hours": {}, "zone": "UTC", "start": "2024-01-01T00:00:00Z", "seconds": 5}, "2024-01-01T00:00:00+00:00"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)  # fmt: skip
def test_what_is_added(run: Run, case: dict[str, Any], end: str) -> None:
    code, [answer] = run([{"id": "a", **case}])
    assert (code, answer["id"], answer["end"]) == (0, "a", end)


@pytest.mark.parametrize(
    "hours",
    [
        "Mon-Fri 08:00-12:00, 13:00-17:00",
        "Mon 8-12,13-17; Tue-Fri 8-12,13-17",
        {day: [8, 9, 10, 11, 13, 14, 15, 16] for day in ("Mon", "Tue", "Wed", "Thu", "Fri")},
        {day: ["8", "9", "10", "11", "13", "14", "15", "16"] for day in ("mon", "Tuesday", "WED", "Thu", "Fri")},
        {day: [["08:00", "12:00"], ["13:00", "17:00"]] for day in ("Mon", "Tue", "Wed", "Thu", "Fri")},
        [[[480, 720], [780, 1020]]] * 5 + [[], []],
        ["08:00-12:00, 13:00-17:00"] * 5 + ["", ""],
    ],
    ids=str,
)
def test_every_form_of_hours_means_the_same(run: Run, hours: Any) -> None:
    _code, [answer] = run([{"hours": hours, "zone": "UTC", "start": "2024-07-05T11:30Z", "end": "2024-07-09T13:15Z"}])
    assert answer == {"line": 1, "seconds": int((0.5 + 4 + 8 + 4.25) * 3600)}


def test_a_wrong_line_is_answered_by_its_number_and_the_others_go_on(run: Run) -> None:
    good = {**OFFICE, "start": "2024-10-02 16:10", "seconds": 60}
    code, answers = run([good, b"", b"no json", b"\xff\xfe", b"[1]", {**good, "seconds": -1, "id": 7}, good])
    assert code == 1
    assert [answer["line"] for answer in answers] == [1, 3, 4, 5, 6, 7]
    assert ["error" in answer for answer in answers] == [False, True, True, True, True, False]
    assert answers[4] == {"line": 6, "id": 7, "error": "working time can only be added, not taken away"}


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"start": "yesterday"}, "start is no moment: 'yesterday'"),
        ({"start": 1e300}, "start is no moment: 1e+300"),
        ({"start": None}, "the case has no start"),
        ({"seconds": "5"}, "seconds must be a whole number"),
        ({"seconds": 1.5}, "seconds must be a whole number"),
        ({"zone": "Moon/Tranquility"}, "unknown time zone 'Moon/Tranquility'"),
        ({"zone": "../../etc/hostname"}, "unknown time zone '../../etc/hostname'"),
        ({"hours": "whenever"}, "hours 'whenever' are not like “Mon-Fri 08:00-17:00”"),
        ({"hours": {"Fun": [8]}}, "'Fun' is no weekday: Mon, Tue, Wed, Thu, Fri, Sat, Sun"),
        ({"hours": {"Mon": [25]}}, "25:00-26:00 ends before it begins."),
        ({"hours": None}, "hours is no JSON object"),
        ({"holidays": ["2023-02-29"]}, "'2023-02-29' is no day: 2026-12-25, or --12-25 for each year"),
        ({"kind": "guess"}, "unknown kind 'guess': add, measure or holiday"),
    ],
    ids=str,
)
def test_an_error_says_what_is_wrong(run: Run, change: dict[str, Any], error: str) -> None:
    code, [answer] = run([{**OFFICE, "start": 0, "seconds": 1, **change}])
    assert (code, answer) == (1, {"line": 1, "error": error})


def test_a_calendar_is_named_once_for_many_cases(run: Run) -> None:
    code, answers = run([
        {"calendars": {"default": {"hours": "Mon-Sun 00:00-24:00"}, "office": OFFICE}},
        {"cal": "office", "start": "2024-10-05T12:00Z", "seconds": 60},
        {"start": "2024-10-05T12:00Z", "seconds": 60, "tz": "UTC"},
        {"cal": "unheard of", "start": 0, "seconds": 60},
    ])  # fmt: skip
    assert code == 1
    assert [answer.get("end") for answer in answers] == ["2024-10-07T08:01:00+02:00", "2024-10-05T12:01:00+00:00", None]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner, max_size=4),
    max_leaves=8,
)
NAMES = (
    "hours",
    "zone",
    "tz",
    "start",
    "start_epoch",
    "end",
    "seconds",
    "holidays",
    "vacation",
    "one",
    "kind",
    "cal",
    "date",
)


@settings(max_examples=100)
@given(st.dictionaries(st.sampled_from(NAMES), JSON, min_size=1), st.booleans())
def test_whatever_a_line_holds_it_is_answered(values: dict[str, Any], in_office: bool) -> None:
    case = {**(OFFICE | {"start": 0, "seconds": 60} if in_office else {}), **values}
    [answer] = Cases("UTC").answers([json.dumps(case).encode()])
    assert answer.keys() & {"end", "seconds", "holiday", "error"}


@given(st.binary(max_size=60))
def test_whatever_bytes_a_line_has_they_are_answered(line: bytes) -> None:
    answers = list(Cases("UTC").answers([line.replace(b"\n", b"")]))
    assert all("error" in answer for answer in answers)
