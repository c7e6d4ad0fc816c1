"""Codes of authenticator apps, by the vectors of RFC 6238 (appendix B) and RFC 4226 (appendix D)."""

from __future__ import annotations

import base64
from datetime import UTC, datetime
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from klardesk.people import totp

SECRET = base64.b32encode(b"12345678901234567890").decode()
TIMES = (
    (59, "94287082"), (1111111109, "07081804"), (1111111111, "14050471"), (1234567890, "89005924"),
    (2000000000, "69279037"), (20000000000, "65353130"),
)  # fmt: skip
COUNTERS = ("755224", "287082", "359152", "969429", "338314", "254676", "287922", "162583", "399871", "520489")
seconds = st.integers(min_value=10**9, max_value=2 * 10**9)


@pytest.mark.parametrize(("at", "code"), TIMES)
def test_the_vectors_of_rfc_6238(at: int, code: str) -> None:
    assert totp.code_of(SECRET, totp.step_of(datetime.fromtimestamp(at, UTC)), digits=8) == code


@pytest.mark.parametrize(("step", "code"), list(enumerate(COUNTERS)))
def test_the_vectors_of_rfc_4226(step: int, code: str) -> None:
    assert totp.code_of(SECRET, step) == code


@given(seconds, st.integers(min_value=-200, max_value=200))
def test_a_code_counts_in_its_step_and_the_two_beside_it(at: int, off: int) -> None:
    now, then = datetime.fromtimestamp(at, UTC), datetime.fromtimestamp(at + off, UTC)
    found = totp.matching_step(SECRET, totp.code_of(SECRET, totp.step_of(then)), now)
    near = abs(totp.step_of(then) - totp.step_of(now)) <= totp.DRIFT
    assert found == totp.step_of(then) if near else found is None


@given(seconds)
def test_a_step_that_is_used_up_counts_no_more(at: int) -> None:
    now = datetime.fromtimestamp(at, UTC)
    step = totp.step_of(now)
    assert totp.matching_step(SECRET, totp.code_of(SECRET, step), now, after=step) is None
    assert totp.matching_step(SECRET, totp.code_of(SECRET, step), now, after=step - 1) == step


@given(st.text(max_size=20))
def test_whatever_is_typed_breaks_nothing(typed: str) -> None:
    assert totp.matching_step(SECRET, typed, datetime(2026, 1, 1, tzinfo=UTC)) in {
        None,
        58908960 - 1,
        58908960,
        58908960 + 1,
    }


def test_spaces_between_the_digits_do_not_matter() -> None:
    assert totp.matching_step(SECRET, " 287 082 ", datetime.fromtimestamp(59, UTC)) == 1


def test_what_the_app_reads_names_desk_and_login() -> None:
    secret = totp.new_secret()
    address = urlsplit(totp.address_of_secret(secret, "jörg:x", "Klardesk"))
    assert (address.scheme, address.netloc) == ("otpauth", "totp")
    assert unquote(address.path) == "/Klardesk:jörg:x"
    assert parse_qs(address.query)["secret"] == [secret]
    assert len(base64.b32decode(secret)) == 20


def test_a_secret_that_is_none_is_named() -> None:
    with pytest.raises(ValueError, match="Base32"):
        totp.code_of("not base 32!", 1)
