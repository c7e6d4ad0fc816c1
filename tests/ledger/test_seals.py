"""Seals: signed, linked, recorded, and good to keep elsewhere."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest

from klardesk.ledger import ChainRef, digests, keys, seals
from klardesk.ledger.actions import make_seal, seal_if_due
from klardesk.ledger.models import Chain, Event, Seal
from klardesk.ledger.testing import tamper
from klardesk.ledger.verify import verify
from tests.ledger.things import ANNA, sound, write


@pytest.fixture(autouse=True)
def _own_data(settings, tmp_path):
    settings.KLARDESK_DATA = tmp_path


class TestKey:
    def test_it_is_made_once_and_for_its_owner_alone(self, tmp_path):
        public = keys.ensure_key()
        file = tmp_path / "keys" / "seal.key"
        content = file.read_bytes()
        assert keys.ensure_key() == public
        assert file.read_bytes() == content
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
        assert [path.name for path in sorted(file.parent.iterdir())] == ["seal.key", "seal.pub"]

    def test_the_public_key_stands_beside_it(self, tmp_path):
        public = keys.ensure_key()
        assert (tmp_path / "keys" / "seal.pub").read_text() == f"{public}\n"
        assert keys.trusted() == [public]

    def test_a_new_key_does_not_disown_the_old(self, tmp_path):
        old = keys.ensure_key()
        (tmp_path / "keys" / "seal.key").unlink()
        new = keys.ensure_key()
        assert keys.trusted() == [old, new]

    def test_a_damaged_key_says_what_to_do(self, tmp_path):
        keys.ensure_key()
        (tmp_path / "keys" / "seal.key").write_text("nonsense")
        with pytest.raises(keys.KeyProblem, match="backup"):
            keys.ensure_key()

    def test_a_folder_that_cannot_be_written_says_what_to_do(self, tmp_path):
        (tmp_path / "keys").write_text("a file in the way")
        with pytest.raises(keys.KeyProblem, match="Nothing was changed"):
            keys.ensure_key()

    @pytest.mark.parametrize(("key", "signature"), [("", ""), ("zz", "00"), ("11" * 32, "00" * 64), ("ab", None)])
    def test_nonsense_is_no_signature(self, key, signature):
        assert not keys.is_signed(b"x", key, signature)


@pytest.mark.django_db
class TestSeal:
    def test_it_covers_all_heads(self):
        write(2)
        write(1, ChainRef("thing", 2))
        seal = make_seal(by=ANNA)
        rows = Chain.objects.filter(kind="thing").order_by("key").values_list("kind", "key", "length", "head_digest")
        assert [seals.Leaf(*row) for row in rows] == seals.heads_at().leaves
        assert (seal.number, seal.chains, seal.previous_seal_digest) == (1, 2, digests.GENESIS)
        assert keys.is_signed(seals.message_of(seal), seal.public_key, seal.signature)
        sound()

    def test_it_is_recorded_in_the_ledger(self):
        write()
        seal = make_seal(by=ANNA)
        recorded = Event.objects.get(kind="ledger.sealed")
        assert recorded.sequence == recorded.payload.number == 1
        assert recorded.payload.digest == seals.digest_of(seals.message_of(seal), seal.signature)

    def test_the_next_one_keeps_what_changed_and_knows_all(self):
        write(1, ChainRef("thing", 1))
        write(1, ChainRef("thing", 2))
        first = make_seal(by=ANNA)
        write(1, ChainRef("thing", 2))
        write(1, ChainRef("thing", 3))
        second = make_seal(by=ANNA)
        assert {leaf.key for leaf in seals.unpack(second.leaves)} == {"2", "3", "seals"}
        assert second.chains == 4
        assert second.previous_seal_digest == seals.digest_of(seals.message_of(first), first.signature)
        assert [(leaf.key, leaf.length) for leaf in seals.heads_at(1).leaves] == [("1", 1), ("2", 1)]
        assert sound().seals == 2

    def test_an_empty_ledger_can_be_sealed(self):
        assert make_seal(by=ANNA).chains == 0
        sound()

    def test_once_a_day(self, clock):
        write()
        assert seal_if_due(by=ANNA).number == 1
        clock.move(hours=23)
        assert seal_if_due(by=ANNA) is None
        clock.move(hours=1)
        assert seal_if_due(by=ANNA).number == 2

    def test_after_a_lost_key_the_old_seals_still_verify(self, tmp_path):
        write()
        make_seal(by=ANNA)
        (tmp_path / "keys" / "seal.key").unlink()
        make_seal(by=ANNA)
        assert sound().seals == 2


@pytest.mark.django_db
@pytest.mark.tampers
class TestKeptElsewhere:
    @pytest.fixture
    def text(self):
        write(2)
        make_seal(by=ANNA)
        write(1)
        make_seal(by=ANNA)
        return seals.export(Seal.objects.get(number=2))

    def test_it_is_whole_by_itself(self, text):
        file = seals.read_export(text)
        assert file.number == 2
        assert {(leaf.kind, leaf.length) for leaf in file.heads.leaves} == {("thing", 3), ("ledger", 1)}

    def test_the_desk_keeps_what_it_says(self, text):
        write(1)
        report = verify(seal_file=seals.read_export(text))
        assert report.findings == []

    @pytest.mark.parametrize(
        ("field", "value"),
        [("number", 3), ("at", "2020-01-01T00:00:00Z"), ("chains", 5), ("root", "0" * 64), ("previous", "0" * 64),
         ("changed_leaves", "0" * 64), ("public_key", "0" * 64), ("signature", "0" * 128), ("format", "other"),
         ("leaves", []), ("leaves", [["thing", "1", 3, "0" * 64]]), ("leaves", None)],
    )  # fmt: skip
    def test_an_altered_file_is_refused(self, text, field, value):
        with pytest.raises(seals.BadSealFile):
            seals.read_export(json.dumps({**json.loads(text), field: value}))

    @pytest.mark.parametrize("text", ["", "[]", "{}", "null", "not json"])
    def test_something_else_is_refused(self, text):
        with pytest.raises(seals.BadSealFile):
            seals.read_export(text)

    def test_a_history_rewritten_and_sealed_anew_is_found_by_the_file(self, text):
        for table in ("ledger_event", "ledger_chain", "ledger_seal"):
            tamper(f"DELETE FROM {table}")
        write(2)
        make_seal(by=ANNA)
        write(1)
        make_seal(by=ANNA)
        sound()
        findings = verify(seal_file=seals.read_export(text)).findings
        assert {("chain-rewritten", "thing:1"), ("differs-from-file", None)} <= {(f.reason, f.chain) for f in findings}

    def test_a_file_of_another_desk_says_so(self, text, settings, tmp_path):
        settings.KLARDESK_DATA = tmp_path / "other"
        Path(settings.KLARDESK_DATA).mkdir()
        assert "unknown-key" in {finding.reason for finding in verify(seal_file=seals.read_export(text)).findings}


@pytest.mark.django_db
def test_the_worker_makes_the_seal_of_the_day(clock):
    from klardesk.jobs.registry import SWEEPS

    write()
    assert SWEEPS["ledger.seal"].run() == 1
    assert SWEEPS["ledger.seal"].run() == 0
    assert Event.objects.get(kind="ledger.sealed").actor.name == "worker"
