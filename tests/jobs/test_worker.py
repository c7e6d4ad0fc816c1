"""The worker at work: real threads, real connections."""

from __future__ import annotations

import threading
import time
from datetime import timedelta

import pytest
from django.db import OperationalError, connections, transaction

from klardesk.jobs import SWEEPS, actions, wake
from klardesk.jobs.models import Heartbeat, SweepState
from klardesk.jobs.worker import Worker

pytestmark = pytest.mark.django_db(transaction=True)
HOURLY = timedelta(hours=1)
PATIENCE = 30


class Running:
    """Workers in threads, each with an identity of its own; all stopped at the end."""

    def __init__(self, count: int = 1, threads: int = 2) -> None:
        self.stop = threading.Event()
        self.threads = [
            threading.Thread(target=self._run, args=(f"worker-{number}", threads)) for number in range(count)
        ]

    def _run(self, name: str, threads: int) -> None:
        try:
            Worker(self.stop, threads=threads, process=name).run()
        finally:
            connections.close_all()

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_error):
        self.stop.set()
        for thread in self.threads:
            thread.join(PATIENCE)
            assert not thread.is_alive()


def until(true) -> None:
    """Wait until `true()` says so."""
    end = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.01)


def test_due_sweeps_run_and_the_heartbeat_ends_with_the_worker(sweeps):
    done = threading.Event()
    sweeps("test.first", done.set, HOURLY)
    with Running():
        assert done.wait(PATIENCE)
        assert Heartbeat.objects.filter(process="worker-0").exists()
        until(lambda: SweepState.objects.filter(last_finished__isnull=False).exists())
    assert not Heartbeat.objects.exists()


def test_a_failing_and_a_slow_sweep_do_not_hold_up_the_others(sweeps):
    release, rounds = threading.Event(), []

    def burn():
        raise RuntimeError("it burns")

    sweeps("test.burns", burn, timedelta(milliseconds=1))
    sweeps("test.slow", lambda: release.wait(PATIENCE) and None, HOURLY)
    sweeps("test.quick", lambda: rounds.append(1), timedelta(milliseconds=10))
    with Running():
        until(lambda: len(rounds) >= 3)
        release.set()


def test_a_committed_wake_up_is_heard_long_before_the_round(sweeps):
    rounds = []
    sweeps("test.first", lambda: rounds.append(1), HOURLY)
    with Running():
        until(lambda: SweepState.objects.filter(last_finished__isnull=False).exists())
        time.sleep(0.3)
        with transaction.atomic():
            wake("test.first")
        until(lambda: len(rounds) == 2)


def test_many_workers_share_many_sweeps_without_running_one_twice_at_once(sweeps):
    running: dict[str, int] = {}
    rounds: dict[str, int] = {}
    guard, twice = threading.Lock(), []

    def work(name):
        with guard:
            running[name] = running.get(name, 0) + 1
            if running[name] > 1:
                twice.append(name)
        time.sleep(0.002)
        with guard:
            running[name] -= 1
            rounds[name] = rounds.get(name, 0) + 1

    for number in range(12):
        name = f"test.number{number}"
        sweeps(name, lambda name=name: work(name), timedelta(milliseconds=5))
    with Running(count=4):
        until(lambda: len(rounds) == 12 and min(rounds.values()) >= 3)
    assert twice == []


def test_a_lost_database_is_waited_for(sweeps, monkeypatch):
    monkeypatch.setattr("klardesk.jobs.worker.DATABASE_RETRY", 0.05)
    rounds, failures = [], iter(range(3))
    claim_next = actions.claim_next

    def unreliable(*arguments):
        if next(failures, None) is not None:
            raise OperationalError("server closed the connection unexpectedly")
        return claim_next(*arguments)

    monkeypatch.setattr(actions, "claim_next", unreliable)
    sweeps("test.first", lambda: rounds.append(1), HOURLY)
    with Running():
        until(lambda: rounds)


def test_a_claim_whose_commit_was_not_answered_is_not_held_for_ever(sweeps, monkeypatch):
    monkeypatch.setattr("klardesk.jobs.worker.DATABASE_RETRY", 0.05)
    failures, rounds, claim_next = iter(range(2)), [], actions.claim_next

    def unanswered(*arguments):
        claim = claim_next(*arguments)
        if claim is not None and next(failures, None) is not None:
            raise OperationalError("server closed the connection unexpectedly")
        return claim

    monkeypatch.setattr(actions, "claim_next", unanswered)
    sweeps("test.first", lambda: rounds.append(1), HOURLY)
    with Running():
        until(lambda: rounds)


def test_a_claim_is_given_back_when_the_database_comes_back(sweeps, monkeypatch):
    monkeypatch.setattr("klardesk.jobs.worker.DATABASE_RETRY", 0.05)
    failures, settle = iter(range(3)), actions.settle

    def unreliable(claim, error):
        if next(failures, None) is not None:
            raise OperationalError("server closed the connection unexpectedly")
        settle(claim, error)

    monkeypatch.setattr(actions, "settle", unreliable)
    sweeps("test.first", lambda: None, HOURLY)
    with Running():
        until(lambda: SweepState.objects.filter(claimed_by="", last_finished__isnull=False).exists())


def test_a_stopped_worker_finishes_the_sweep_at_hand(sweeps):
    begun, finished = threading.Event(), []

    def work():
        begun.set()
        time.sleep(0.2)
        finished.append(1)

    sweeps("test.first", work, HOURLY)
    with Running():
        begun.wait(PATIENCE)
    assert finished == [1]
    assert SweepState.objects.get(pk="test.first").claimed_by == ""
    assert SWEEPS
