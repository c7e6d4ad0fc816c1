"""Whatever the bytes: the parser gives a mail, every text can be stored, and nothing fails inside."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from klardesk.mail.parse import classify, parse, to_json
from tests.mail.samples import BOUNCE, GERMAN, JAPANESE, TROUBLE

SAMPLES = (GERMAN, JAPANESE, BOUNCE)


@st.composite
def damaged(draw: st.DrawFn) -> bytes:
    """A real mail with pieces cut out, doubled, and trouble put in."""
    raw = draw(st.sampled_from(SAMPLES))
    for _change in range(draw(st.integers(1, 6))):
        at, to = sorted((draw(st.integers(0, len(raw))), draw(st.integers(0, len(raw)))))
        middle = draw(st.one_of(st.sampled_from(TROUBLE), st.binary(max_size=8), st.just(raw[at:to])))
        raw = draw(st.sampled_from((raw[:at] + middle + raw[at:], raw[:at] + middle + raw[to:])))
    return raw


def is_sound(raw: bytes) -> None:
    parsed = parse(raw)
    assert "parser-failed" not in {problem.code for problem in parsed.problems}
    classify(parsed)
    told = json.dumps(to_json(parsed), ensure_ascii=False)
    told.encode("utf-8")
    assert "\\u0000" not in told
    assert not any("\n" in address.email or "\n" in address.name for address in (*parsed.from_, *parsed.to))
    assert "\n" not in parsed.subject
    assert all(file.size == len(file.content) for file in parsed.attachments)
    assert all(file.name and "/" not in file.name and len(file.name) <= 210 for file in parsed.attachments)


@given(st.binary(max_size=2000))
def test_random_bytes(raw):
    is_sound(raw)


@given(damaged())
def test_damaged_mails(raw):
    is_sound(raw)


@given(
    st.text(max_size=300),
    st.sampled_from(("From", "To", "Subject", "Date", "References", "Content-Type", "Content-Disposition")),
)
def test_any_header(value, name):
    is_sound(f"{name}: {value}\nX: y\n\nbody".encode("utf-8", "surrogatepass"))
