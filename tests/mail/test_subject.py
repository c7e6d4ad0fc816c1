"""Ticket numbers in subjects (contract 2.1, 2.2)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from klardesk.mail.subject import SubjectFormat

NUMBER, OTHER = "2026010510000019", "2026010510000028"
PATTERN = r"\d{8}10\d{4,40}"


@pytest.mark.parametrize(
    ("place", "prefix", "subject"),
    [
        ("left", "Re", f"Re: [Ticket#{NUMBER}] Printer"),
        ("right", "Re", f"Re: Printer [Ticket#{NUMBER}]"),
        ("none", "Re", "Re: Printer"),
        ("left", "Fwd", f"Fwd: [Ticket#{NUMBER}] Printer"),
        ("left", "", f"[Ticket#{NUMBER}] Printer"),
    ],
)
def test_building(place, prefix, subject):
    assert SubjectFormat(format=place).build(NUMBER, "Printer", prefix) == subject


def test_building_twice_is_building_once():
    built = SubjectFormat().build(NUMBER, "Printer")
    assert SubjectFormat().build(NUMBER, f"AW: {built}") == built


@pytest.mark.parametrize(
    ("subject", "cleaned"),
    [
        (f"Re: [Ticket#{NUMBER}] Printer", "Printer"),
        (f"Printer [Ticket#: {NUMBER}] broken ", "Printer broken"),
        (f"Ticket#:{NUMBER} Printer", "Printer"),
        ("Re: RE[4]: Printer", "Printer"),
        ("AW: WG: Antw: SV: Fwd: Printer", "Printer"),
        ("回复：Printer", "Printer"),
        ("  Printer  ", "Printer"),
        ("Reise: Printer", "Reise: Printer"),
        ("[Ticket#777] of another desk", "[Ticket#777] of another desk"),
        ("Re: ", ""),
    ],
)
def test_cleaning(subject, cleaned):
    assert SubjectFormat().clean(subject) == cleaned


def test_cleaning_removes_only_the_number_asked_for():
    assert SubjectFormat().clean(f"[Ticket#{NUMBER}] [Ticket#{OTHER}] x", NUMBER) == f"[Ticket#{OTHER}] x"


def test_a_long_subject_is_cut():
    assert SubjectFormat(size=10).clean("x" * 30) == "x" * 10 + " [...]"
    assert SubjectFormat(size=0).clean("x" * 300) == "x" * 300


@pytest.mark.parametrize(
    ("subject", "found"),
    [
        (f"Re: [Ticket#{NUMBER}] x", NUMBER),
        (f"TICKET#{NUMBER}", NUMBER),
        (f"Ticket#: {NUMBER}", NUMBER),
        (f"Ticket#:  {NUMBER}", NUMBER),
        (f"Ticket#:   {NUMBER}", None),
        (NUMBER, None),
        ("Ticket#123", None),
        (f"[Ticket#{NUMBER}] [Ticket#{OTHER}]", NUMBER),
    ],
)
def test_finding(subject, found):
    assert SubjectFormat().find_number(subject, PATTERN) == found


def test_hook_and_divider_are_no_expressions():
    subjects = SubjectFormat(hook="T(*", divider="+:")
    assert subjects.find_number(subjects.build(NUMBER, "x"), PATTERN) == NUMBER


@given(st.text(max_size=60), st.sampled_from(("left", "right")))
def test_what_was_built_is_found_again(title, place):
    subjects = SubjectFormat(format=place)
    assert NUMBER in (subjects.find_number(subjects.build(NUMBER, title), PATTERN) or "")
