"""Counts attempts to log in, per what is tried and per network address, so that nobody can try for long."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from django.http import HttpRequest
from django.utils.translation import ngettext

from klardesk.base import clock
from klardesk.base.options import options
from klardesk.people.addresses import address_of, neighbourhood
from klardesk.people.models import LoginFailure

OPTIONS = ("people.login_attempts", "people.login_attempts_per_address", "people.login_window")


class LogInRefused(Exception):
    """The log-in did not succeed; the sentence is the same whether the account exists or not."""


class Attempt:
    """One attempt, counted before anything is looked at, so that many at once cannot slip past the limit."""

    def __init__(self, key: str, counts: list[int]) -> None:
        self._key, self._counts = key, counts

    def succeeded(self) -> None:
        """Take the attempt's own counts back, and those against what was tried."""
        if self._key:
            LoginFailure.objects.filter(key=self._key).delete()
        LoginFailure.objects.filter(pk__in=self._counts).delete()


@contextmanager
def counted(request: HttpRequest, key: str = "") -> Iterator[Attempt]:
    """Count an attempt at `key` from the request's address; raises LogInRefused, with the wait, if one is over its limit."""
    address = neighbourhood(address_of(request))
    yield Attempt(key, _count(key, f"address:{address}" if address else ""))


def _count(key: str, by_address: str) -> list[int]:
    limits = options(*OPTIONS)
    window = timedelta(minutes=limits["people.login_window"])
    keys = {key: limits["people.login_attempts"], by_address: limits["people.login_attempts_per_address"]}
    rows = [(LoginFailure.objects.create(key=name, at=clock.now()), limit) for name, limit in keys.items() if name]
    counts = [row.pk for row, _limit in rows]
    wait = max((_wait(row, limit, window) for row, limit in rows), default=timedelta())
    if wait:
        LoginFailure.objects.filter(pk__in=counts).delete()
        raise LogInRefused(_wait_sentence(wait))
    return counts


def _wait(attempt: LoginFailure, limit: int, window: timedelta) -> timedelta:
    """How long an attempt's key has to wait: until the oldest of the last `limit` other attempts is forgotten.

    Others that run at the same moment count too: of any `limit` + 1 attempts the last one stored sees all the others.
    """
    others = LoginFailure.objects.filter(key=attempt.key, at__gt=attempt.at - window).exclude(pk=attempt.pk)
    times = list(others.order_by("-at").values_list("at", flat=True)[:limit])
    return timedelta() if len(times) < limit else max(times[-1] + window - attempt.at, timedelta(seconds=1))


def _wait_sentence(wait: timedelta) -> str:
    minutes = math.ceil(wait / timedelta(minutes=1))
    return ngettext(
        "Too many attempts. Please wait one minute and try again.",
        "Too many attempts. Please wait {minutes} minutes and try again.",
        minutes,
    ).format(minutes=minutes)
