"""Which process is which, and when one surely is dead."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from klardesk.jobs import identity

needs_proc = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="this system has no /proc")


def test_a_process_stays_itself():
    assert identity.of_this_process() == identity.of_this_process()
    assert not identity.is_dead(identity.of_this_process())


@needs_proc
def test_a_process_that_ended_is_dead():
    code = "from klardesk.jobs import identity; print(identity.of_this_process())"
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip()
    assert identity.is_dead(ended)


@needs_proc
def test_a_zombie_is_dead():
    child = subprocess.Popen(["sleep", "60"])
    place = identity.of_this_process().rsplit(":", 2)[0]
    start = identity._start_of(child.pid)
    try:
        assert not identity.is_dead(f"{place}:{child.pid}:{start}")
        child.kill()
        os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
        assert identity.is_dead(f"{place}:{child.pid}:{start}")
    finally:
        child.wait()


@needs_proc
def test_a_pid_given_again_is_another_process():
    place, pid, start = identity.of_this_process().rsplit(":", 2)
    assert identity.is_dead(f"{place}:{pid}:{int(start) - 1}")


@pytest.mark.parametrize("stranger", ["", "one", "a:b:c:d", "0123456789ab:1:100", "a:b:c:d:e:f"])
def test_a_process_of_elsewhere_is_not_judged(stranger):
    assert not identity.is_dead(stranger)
