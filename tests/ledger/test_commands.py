"""`klardesk verify` and `klardesk ledger …`."""

from __future__ import annotations

import json

import pytest
from django.db import OperationalError

from klardesk import cli
from klardesk.ledger import keys
from klardesk.ledger.models import Seal
from klardesk.ledger.testing import tamper
from tests.ledger.things import write

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_data(settings, tmp_path):
    settings.KLARDESK_DATA = tmp_path


@pytest.fixture
def run(capsys):
    """Run a command; gives its exit code, what it printed, and its complaints."""

    def call(*arguments: str) -> tuple[int, str, str]:
        code = cli.main(list(arguments))
        shown = capsys.readouterr()
        return code, shown.out, shown.err

    return call


class TestVerify:
    def test_kept(self, run):
        write(3)
        code, shown, _complaints = run("verify")
        assert code == 0
        assert "Events: 3. Chains: 1." in shown
        assert "Nothing was altered." in shown

    @pytest.mark.tampers
    def test_broken_names_the_place(self, run):
        write(3)
        tamper("UPDATE ledger_event SET actor_name = 'x' WHERE sequence = 2")
        code, shown, _complaints = run("verify")
        assert code == 1
        assert "thing:1 #2" in shown

    @pytest.mark.tampers
    def test_for_programs(self, run):
        write(3)
        tamper("UPDATE ledger_event SET actor_name = 'x' WHERE sequence = 2")
        code, shown, _complaints = run("verify", "--json")
        report = json.loads(shown)
        assert code == 1
        assert report["kept"] is False
        assert report["findings"][0] | {"detail": ""} == {
            "check": "chain", "reason": "header-changed", "detail": "", "chain": "thing:1", "sequence": 2, "seal": None,
        }  # fmt: skip

    @pytest.mark.parametrize("arguments", [["verify"], ["verify", "--json"]])
    def test_a_lost_database_could_not_be_checked(self, run, monkeypatch, arguments):
        def lost():
            raise OperationalError("connection refused")

        monkeypatch.setattr("klardesk.ledger.verify.rows.snapshot", lost)
        code, shown, complaints = run(*arguments)
        assert code == 2
        assert "connection refused" in shown + complaints

    def test_with_a_seal_kept_elsewhere(self, run, tmp_path):
        write(3)
        run("ledger", "seal", "--out", str(tmp_path / "seal.json"))
        assert run("verify", "--seal", str(tmp_path / "seal.json"))[0] == 0

    @pytest.mark.parametrize("content", [None, "{}", "\udcff"])
    def test_with_a_seal_that_cannot_be_read(self, run, tmp_path, content):
        file = tmp_path / "seal.json"
        if content is not None:
            file.write_bytes(content.encode("utf-8", "surrogateescape"))
        code, _shown, complaints = run("verify", "--seal", str(file))
        assert code == 2
        assert str(file) in complaints

    def test_a_history_rewritten_since_is_found_with_the_seal(self, run, tmp_path):
        write(3)
        run("ledger", "seal", "--out", str(tmp_path / "seal.json"))
        for table in ("ledger_event", "ledger_chain", "ledger_seal"):
            tamper(f"DELETE FROM {table}")
        write(3)
        assert run("verify")[0] == 0
        code, shown, _complaints = run("verify", "--seal", str(tmp_path / "seal.json"))
        assert code == 1
        assert "thing:1 #3" in shown


class TestSeal:
    def test_it_is_made_and_printed(self, run):
        write()
        code, shown, _complaints = run("ledger", "seal")
        seal = Seal.objects.get()
        assert code == 0
        assert seal.root in shown

    def test_it_can_be_printed_as_a_file(self, run):
        write()
        run("ledger", "seal")
        run("ledger", "seal")
        assert json.loads(run("ledger", "export-seal")[1])["number"] == 2
        assert json.loads(run("ledger", "export-seal", "--number", "1")[1])["number"] == 1

    def test_there_is_none(self, run):
        code, _shown, complaints = run("ledger", "export-seal")
        assert code == 1
        assert "klardesk ledger seal" in complaints

    def test_the_private_key_is_never_shown(self, run, tmp_path):
        write()
        shown = "".join(run("ledger", "seal")[1:]) + "".join(run("ledger", "export-seal")[1:])
        secret = (tmp_path / "keys" / "seal.key").read_text().splitlines()[1]
        assert secret not in shown

    def test_a_key_that_cannot_be_made_is_said(self, run, tmp_path):
        (tmp_path / "keys").write_text("in the way")
        code, _shown, complaints = run("ledger", "seal")
        assert code == 1
        assert "Nothing was changed" in complaints
        assert not Seal.objects.exists()


class TestPublicKey:
    def test_it_is_printed(self, run):
        public = keys.ensure_key()
        assert run("ledger", "public-key")[:2] == (0, f"{public}\n")

    def test_asking_makes_none(self, run, tmp_path):
        code, _shown, complaints = run("ledger", "public-key")
        assert code == 1
        assert "klardesk up" in complaints
        assert not (tmp_path / "keys").exists()
