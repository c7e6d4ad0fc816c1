"""The pipe: exit code 0 once a mail is safely kept, 75 (try again) in every other case, never a bounce."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import OperationalError

from klardesk.mail.models import IncomingMail, IncomingState
from klardesk.mail.receive import pipe, process, store
from tests.mail.conftest import mail
from tests.servers.ports import free_ports
from tests.world import World


def read(raw: bytes, **place: str) -> int:
    """Pipe a mail."""
    return pipe.read_mail(io.BytesIO(raw), **place)


@pytest.mark.django_db
def test_a_mail_is_kept_and_processed(world: World) -> None:
    assert read(mail(), queue="Support") == 0
    kept = IncomingMail.objects.get()
    assert kept.state == IncomingState.PROCESSED
    assert kept.ticket is not None
    assert kept.ticket.queue == world.support
    assert read(mail(), queue="Support") == 0
    assert IncomingMail.objects.count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize("place", [{"queue": "Nowhere"}, {"mailbox": "Nowhere"}])
def test_an_unknown_place_asks_to_try_again(world: World, place: dict[str, str]) -> None:
    assert read(mail(), **place) == 75
    assert not IncomingMail.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "error", [OSError(28, "No space left on device"), OperationalError("database lost"), MemoryError()]
)
def test_nothing_is_kept_on_a_failing_machine(
    world: World, monkeypatch: pytest.MonkeyPatch, error: BaseException
) -> None:
    def fail(*_: object) -> str:
        raise error

    monkeypatch.setattr(store.blobs, "put", fail)
    assert read(mail()) == 75
    assert not IncomingMail.objects.exists()


@pytest.mark.django_db
def test_a_mail_that_is_kept_is_the_desks(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(process, "prepare", _raise_database_lost)
        assert read(mail()) == 0
    assert IncomingMail.objects.get().state == IncomingState.RECEIVED
    assert process.process_received().done == 1


def _raise_database_lost(*_: object) -> None:
    raise OperationalError("database lost")


def run_pipe(tmp_path: Path, *words: str, **environment: str) -> subprocess.CompletedProcess[bytes]:
    """The command as a mail server runs it."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("KLARDESK_")}
    values = {**inherited, "KLARDESK_DATA": str(tmp_path), "KLARDESK_SECRET_KEY": "x" * 50, **environment}
    program = [
        sys.executable,
        "-c",
        "import sys; from klardesk.cli import main; sys.exit(main())",
        "mail",
        "read",
        *words,
    ]
    return subprocess.run(program, input=mail(), env=values, capture_output=True, timeout=120, check=False)


@pytest.mark.server
@pytest.mark.parametrize(
    ("words", "environment", "told"),
    [
        ((), {"KLARDESK_DATABASE_URL": "postgresql://desk:hunter22@127.0.0.1:{port}/desk"}, b"not kept"),
        ((), {}, b"not kept"),  # no table yet
        ((), {"KLARDESK_DATABASE_URL": "nonsense"}, b"KLARDESK_DATABASE_URL"),
        (("--nonsense",), {}, b"unrecognized"),
    ],
)
def test_the_command_asks_to_try_again(
    tmp_path: Path, words: tuple[str, ...], environment: dict[str, str], told: bytes
) -> None:
    port = free_ports(1)[0]
    result = run_pipe(tmp_path, *words, **{name: value.format(port=port) for name, value in environment.items()})
    assert result.returncode == 75
    assert told in result.stderr
    assert b"hunter22" not in result.stderr
