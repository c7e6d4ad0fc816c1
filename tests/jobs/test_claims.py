"""Workers share the sweeps: who runs what, when it is due again, and what a dead worker leaves."""

from __future__ import annotations

import subprocess
import sys
from datetime import timedelta

import pytest

from klardesk.jobs import SWEEPS, actions, queries, wake
from klardesk.jobs.models import Heartbeat, Role, SweepState
from klardesk.jobs.worker import perform, run_due_once

pytestmark = pytest.mark.django_db
HOURLY = timedelta(hours=1)


@pytest.fixture
def first(sweeps, clock):
    """One hourly sweep, and two workers alive."""
    sweeps("test.first", lambda: None, HOURLY)
    actions.register_sweeps(SWEEPS)
    for worker in ("one", "two"):
        actions.beat(worker, Role.WORKER)
    return SweepState.objects.get(pk="test.first")


def reload():
    return SweepState.objects.get(pk="test.first")


def test_a_new_sweep_is_due_at_once(first, clock):
    assert first.next_due == clock.now()
    assert actions.claim_next("one").sweep.name == "test.first"


def test_a_claimed_sweep_is_nobody_elses(first):
    assert actions.claim_next("one")
    assert actions.claim_next("two") is None
    assert actions.claim_next("one") is None


def test_a_sweep_claimed_since_it_was_seen_due_is_left_alone(first):
    [seen] = queries.due(["test.first"])
    assert actions.claim("two", seen.name)
    assert actions.claim("one", seen.name) is None
    assert reload().claimed_by == "two"


def test_the_longest_due_comes_first(first, sweeps, clock):
    clock.move(seconds=30)
    sweeps("test.second", lambda: None, HOURLY)
    actions.register_sweeps(SWEEPS)
    assert [actions.claim_next("one").sweep.name, actions.claim_next("two").sweep.name] == ["test.first", "test.second"]


def test_registering_again_keeps_the_times(first, clock):
    actions.settle(actions.claim_next("one"))
    clock.move(minutes=1)
    actions.register_sweeps(SWEEPS)
    assert reload().next_due == first.next_due + HOURLY


def test_missed_time_is_done_in_one_round(first, clock):
    actions.settle(actions.claim_next("one"))
    clock.move(days=3)
    actions.beat("one", Role.WORKER)
    actions.settle(actions.claim_next("one"))
    assert reload().next_due == clock.now() + HOURLY
    assert actions.claim_next("one") is None


def test_a_failing_sweep_is_tried_again_later_and_later(first, clock):
    waits = []
    for _time in range(14):
        actions.beat("one", Role.WORKER)
        actions.settle(actions.claim_next("one"), "Traceback: no")
        waits.append((reload().next_due - clock.now()).total_seconds())
        clock.set(reload().next_due)
    assert waits == [5, 10, 20, 40, 80, 160, 320, 640, 1280, 2560, 3600, 3600, 3600, 3600]
    assert (reload().failures, reload().last_error) == (14, "Traceback: no")


def test_success_forgets_the_failures(first, clock):
    actions.settle(actions.claim_next("one"), "Traceback: no")
    clock.move(seconds=5)
    actions.settle(actions.claim_next("one"))
    assert (reload().failures, reload().last_error) == (0, "")
    assert reload().next_due == clock.now() + HOURLY


def test_a_wake_up_makes_it_due(first, clock, django_capture_on_commit_callbacks):
    actions.settle(actions.claim_next("one"))
    clock.move(minutes=1)
    with django_capture_on_commit_callbacks(execute=True):
        wake("test.first")
    assert reload().next_due == clock.now()
    assert actions.claim_next("two")


def test_a_wake_up_during_the_run_makes_it_run_again(first, clock, django_capture_on_commit_callbacks):
    claim = actions.claim_next("one")
    with django_capture_on_commit_callbacks(execute=True):
        wake("test.first")
    actions.settle(claim)
    assert reload().next_due == clock.now()
    actions.settle(actions.claim_next("one"))
    assert reload().next_due == clock.now() + HOURLY


def test_a_wake_up_does_not_shorten_a_back_off(first, clock, django_capture_on_commit_callbacks):
    actions.settle(actions.claim_next("one"), "Traceback: no")
    with django_capture_on_commit_callbacks(execute=True):
        wake("test.first")
    assert reload().next_due == clock.now() + timedelta(seconds=5)


def test_waking_a_sweep_nobody_knows_does_nothing(first, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        wake("test.unknown")
    assert not SweepState.objects.filter(pk="test.unknown").exists()


def test_the_claim_of_a_silent_worker_is_free_after_a_minute(first, clock):
    lost = actions.claim_next("one")
    clock.move(seconds=61)
    actions.beat("two", Role.WORKER)
    taken = actions.claim_next("two")
    assert taken is not None
    actions.settle(lost, "too late")
    assert (reload().claimed_by, reload().last_error) == ("two", "")


def test_the_claim_of_a_worker_that_ended_is_free_at_once(first):
    actions.claim_next("one")
    actions.end("one")
    assert actions.claim_next("two")


def test_the_claim_of_a_process_that_died_on_this_machine_is_free_at_once(first):
    code = "from klardesk.jobs import identity; print(identity.of_this_process())"
    dead = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip()
    actions.beat(dead, Role.WORKER)
    assert actions.claim_next(dead)
    assert actions.claim_next("two") is None
    assert actions.bury_dead() == 1
    assert actions.claim_next("two")


def test_a_row_of_a_sweep_that_is_gone_is_left_alone(first, clock):
    SWEEPS.clear()
    assert actions.claim_next("one") is None


def test_alive_are_those_seen_within_a_minute(first, clock):
    clock.move(seconds=59)
    assert queries.alive().count() == 2
    clock.move(seconds=1)
    assert queries.alive().count() == 0


def test_the_unseen_are_forgotten_after_a_day(first, clock):
    clock.move(hours=25)
    assert actions.bury_dead() == 2
    assert not Heartbeat.objects.exists()


def test_performing_settles_with_the_traceback(sweeps, clock):
    def burn():
        raise RuntimeError("it burns")

    sweeps("test.first", burn, HOURLY)
    actions.register_sweeps(SWEEPS)
    actions.beat("one", Role.WORKER)
    perform(actions.claim_next("one"))
    assert "RuntimeError: it burns" in reload().last_error
    assert reload().next_due == clock.now() + timedelta(seconds=5)


def test_one_round_does_everything_due_and_tells_what_failed(sweeps, clock, django_capture_on_commit_callbacks):
    done = []

    def burn():
        raise RuntimeError("it burns")

    sweeps("test.first", burn, HOURLY)
    sweeps("test.second", lambda: done.append("second"), HOURLY)
    sweeps("test.third", lambda: [done.append("third"), wake("test.third")], HOURLY)
    with django_capture_on_commit_callbacks(execute=True):
        errors = run_due_once("one")
    assert sorted(done) == ["second", "third"]
    assert len(errors) == 1
    assert "it burns" in errors[0]
    assert not Heartbeat.objects.exists()
