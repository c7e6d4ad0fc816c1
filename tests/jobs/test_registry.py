"""What may be registered as a sweep."""

from datetime import timedelta

import pytest

from klardesk.jobs import SWEEPS, sweep

HOURLY = timedelta(hours=1)


def test_a_sweep_is_found_by_its_name(sweeps):
    @sweep("test.first", every=HOURLY)
    def first():
        return 3

    assert SWEEPS["test.first"].every == HOURLY
    assert SWEEPS["test.first"].run() == 3
    assert first() == 3


def test_one_name_belongs_to_one_sweep(sweeps):
    sweeps("test.first", lambda: None, HOURLY)
    with pytest.raises(ValueError, match=r"sweep test\.first is registered twice"):
        sweeps("test.first", lambda: None, HOURLY)


@pytest.mark.parametrize("name", ["", "first", "Test.first", "test..first", "test.first!", "test." + "x" * 80])
def test_a_name_is_dotted_lower_case_words(sweeps, name):
    with pytest.raises(ValueError, match="is no sweep's name"):
        sweep(name, every=HOURLY)


@pytest.mark.parametrize("every", [timedelta(0), timedelta(seconds=-1)])
def test_a_round_takes_some_time(sweeps, every):
    with pytest.raises(ValueError, match="longer than nothing"):
        sweep("test.first", every=every)
