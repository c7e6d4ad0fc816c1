"""Verification names the first broken event of every broken chain, and why."""

from __future__ import annotations

import pytest
from django.db import connection, transaction

from klardesk.base import blobs
from klardesk.ledger import ChainRef, append, digests
from klardesk.ledger.actions import make_seal
from klardesk.ledger.canonical import timestamp
from klardesk.ledger.models import Chain, Event, Seal
from klardesk.ledger.testing import allow_flush, tamper
from klardesk.ledger.verify import Finding, register_verifier, rows, run, verify
from tests.ledger.things import ANNA, THING, Moved, sound, undone, write

pytestmark = [pytest.mark.django_db, pytest.mark.tampers]
OTHER = ChainRef("thing", 2)


@pytest.fixture(autouse=True)
def _recorded():
    write(6)
    write(3, OTHER)


def found() -> list[tuple[str, str | None, int | None, int | None]]:
    return [(finding.reason, finding.chain, finding.sequence, finding.seal) for finding in verify().findings]


def event_id(sequence: int, chain: ChainRef = THING) -> int:
    return Event.objects.get(chain__kind=chain.kind, chain__key=chain.key, sequence=sequence).pk


def chain_id(chain: ChainRef = THING) -> int:
    return Chain.objects.get(kind=chain.kind, key=chain.key).pk


def rewrite(chain: ChainRef, new: str) -> None:
    """What an attacker with the source would do: change an event and compute every digest anew."""
    with allow_flush():
        row = Chain.objects.get(kind=chain.kind, key=chain.key)
        previous = digests.GENESIS
        for event in row.events.order_by("sequence"):
            text = f'{{"new":"{new}","old":"x"}}'
            content = digests.payload_digest(bytes(event.salt), text)
            head = digests.header(
                row.kind, row.key, event.sequence, event.kind, timestamp(event.at), event.actor_kind, event.actor_id,
                event.actor_name, content, previous,
            )  # fmt: skip
            digest = digests.event_digest(head)
            Event.objects.filter(pk=event.pk).update(
                payload_text=text, payload_digest=content, previous_digest=previous, digest=digest
            )
            previous = digest
        Chain.objects.filter(pk=row.pk).update(head_digest=previous)


def test_an_untouched_ledger_is_kept():
    report = sound()
    assert (report.events, report.chains, report.exit_code) == (9, 2, 0)


class TestEvents:
    @pytest.mark.parametrize(
        ("column", "value", "reason"),
        [
            ("payload", '{"new":"x","old":"y"}', "payload-changed"),
            ("payload", None, "payload-removed"),
            ("salt", b"0123456789abcdef", "payload-changed"),
            ("salt", None, "payload-removed"),
            ("kind", "test.other", "header-changed"),
            ("at", "2020-01-01 00:00:00+00:00", "header-changed"),
            ("actor_kind", "customer", "header-changed"),
            ("actor_id", 13, "header-changed"),
            ("actor_id", None, "header-changed"),
            ("actor_name", "Berta", "header-changed"),
            ("payload_digest", "0" * 64, "header-changed"),
            ("previous_digest", "0" * 64, "header-changed"),
            ("digest", "0" * 64, "header-changed"),
            ("erased_by", "request 9", "erasure-false"),
        ],
    )
    def test_a_changed_column(self, column, value, reason):
        tamper(f"UPDATE ledger_event SET {column} = %s WHERE id = %s", (value, event_id(4)))
        assert found() == [(reason, "thing:1", 4, None)]

    def test_a_moment_changed_by_a_microsecond(self):
        step = "strftime('%%Y-%%m-%%d %%H:%%M:%%S', at) || '.000001'"
        if connection.vendor == "postgresql":
            step = "at + interval '1 microsecond'"
        tamper(f"UPDATE ledger_event SET at = {step} WHERE id = %s", (event_id(4),))
        assert found() == [("header-changed", "thing:1", 4, None)]

    def test_only_the_first_broken_one_of_each_chain(self):
        tamper("UPDATE ledger_event SET actor_name = 'Berta' WHERE sequence >= 2")
        assert found() == [("header-changed", "thing:1", 2, None), ("header-changed", "thing:2", 2, None)]

    def test_a_deleted_event_in_the_middle(self):
        tamper("DELETE FROM ledger_event WHERE id = %s", (event_id(3),))
        assert found() == [("gap", "thing:1", 3, None)]

    def test_a_deleted_first_event(self):
        tamper("DELETE FROM ledger_event WHERE id = %s", (event_id(1),))
        assert found() == [("gap", "thing:1", 1, None)]

    def test_a_deleted_last_event(self):
        tamper("DELETE FROM ledger_event WHERE id = %s", (event_id(6),))
        assert found() == [("missing-at-head", "thing:1", 6, None)]

    def test_a_deleted_event_with_the_rest_moved_up(self):
        tamper("DELETE FROM ledger_event WHERE id = %s", (event_id(3),))
        for sequence in (4, 5, 6):
            tamper("UPDATE ledger_event SET sequence = %s WHERE id = %s", (sequence - 1, event_id(sequence)))
        assert found() == [("swapped", "thing:1", 3, None)]

    def test_two_swapped_events(self):
        second, fifth = event_id(2), event_id(5)
        for pk, sequence in ((second, 99), (fifth, 2), (second, 5)):
            tamper("UPDATE ledger_event SET sequence = %s WHERE id = %s", (sequence, pk))
        assert found() == [("swapped", "thing:1", 2, None)]
        assert "5" in verify().findings[0].detail

    def test_an_event_moved_to_another_chain(self):
        tamper("UPDATE ledger_event SET chain_id = %s, sequence = 4 WHERE id = %s", (chain_id(OTHER), event_id(6)))
        assert found() == [("missing-at-head", "thing:1", 6, None), ("header-changed", "thing:2", 4, None)]

    def test_an_event_put_at_the_end(self):
        tamper(
            "INSERT INTO ledger_event (chain_id, sequence, kind, at, actor_kind, actor_id, actor_name, payload, salt, "
            "payload_digest, previous_digest, digest, erased_by) SELECT chain_id, 7, kind, at, actor_kind, actor_id, "
            "actor_name, payload, salt, payload_digest, digest, digest, erased_by FROM ledger_event WHERE id = %s",
            (event_id(6),),
        )
        assert found() == [("header-changed", "thing:1", 7, None)]

    def test_a_well_made_event_put_at_the_end(self):
        event = write()[0]
        tamper(
            "UPDATE ledger_chain SET length = 6, head_digest = %s WHERE id = %s", (event.previous_digest, chain_id())
        )
        assert found() == [("extra-event", "thing:1", 7, None)]

    def test_an_event_put_before_the_first(self):
        tamper("UPDATE ledger_event SET sequence = 0 WHERE id = %s", (event_id(6),))
        assert found() == [("extra-event", "thing:1", 0, None)]

    def test_events_whose_chain_is_absent(self):
        with undone():
            tamper("UPDATE ledger_event SET chain_id = 2000000000 WHERE chain_id = %s", (chain_id(OTHER),))
            assert found() == [("missing-at-head", "thing:2", 1, None), ("chain-absent", "id 2000000000", None, None)]

    def test_a_page_ends_in_the_middle_of_a_chain(self, monkeypatch):
        monkeypatch.setattr(rows, "PAGE", 2)
        sound()
        tamper("UPDATE ledger_event SET actor_name = 'Berta' WHERE id = %s", (event_id(5),))
        tamper("UPDATE ledger_event SET actor_name = 'Berta' WHERE id = %s", (event_id(2, OTHER),))
        assert found() == [("header-changed", "thing:1", 5, None), ("header-changed", "thing:2", 2, None)]


@pytest.mark.sqlite
class TestWhatOnlySqliteStores:
    @pytest.mark.parametrize("column", ["kind", "at", "actor_name", "payload", "payload_digest", "digest", "salt"])
    @pytest.mark.parametrize("value", ["CAST(x'ff80' AS TEXT)", "x'00ff'", "12", "1.5"])
    def test_values_of_other_types(self, column, value):
        tamper(f"UPDATE ledger_event SET {column} = {value} WHERE id = %s", (event_id(4),))
        assert [place[1:3] for place in found()] == [("thing:1", 4)]

    @pytest.mark.parametrize(("value", "length"), [("CAST(x'ff80' AS TEXT)", 0), ("'many'", 0), ("1.5", 0)])
    def test_a_chains_length_of_another_type(self, value, length):
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA ignore_check_constraints = ON")
        try:
            tamper(f"UPDATE ledger_chain SET length = {value} WHERE id = %s", (chain_id(),))
            assert [place[1] for place in found()] == ["thing:1"]
        finally:
            with connection.cursor() as cursor:
                cursor.execute("PRAGMA ignore_check_constraints = OFF")


class TestChains:
    @pytest.mark.parametrize(
        ("change", "reason", "sequence"),
        [
            ("length = 5", "extra-event", 6),
            ("length = 9", "missing-at-head", 7),
            ("length = 0", "extra-event", 1),
            ("head_digest = 'x'", "head-differs", 6),
            ("kind = 'other'", "header-changed", 1),
            ("key = '17'", "header-changed", 1),
        ],
    )
    def test_a_changed_row(self, change, reason, sequence):
        tamper(f"UPDATE ledger_chain SET {change} WHERE id = %s", (chain_id(),))
        assert [(place[0], place[2]) for place in found()] == [(reason, sequence)]

    def test_a_deleted_row_leaves_its_events_behind(self):
        with undone():
            tamper("DELETE FROM ledger_chain WHERE id = %s", (chain_id(),))
            assert [place[0] for place in found()] == ["chain-absent"]

    def test_an_added_row(self):
        tamper(
            "INSERT INTO ledger_chain (kind, key, length, head_digest) VALUES ('thing', '3', 0, %s)", (digests.GENESIS,)
        )
        assert found() == [("chain-empty", "thing:3", None, None)]


class TestAgainstTheSeals:
    @pytest.fixture(autouse=True)
    def _sealed(self, _recorded):
        make_seal(by=ANNA)
        write(2)
        make_seal(by=ANNA)
        sound()

    def test_a_chain_taken_away_whole(self):
        pk = chain_id(OTHER)
        tamper("DELETE FROM ledger_event WHERE chain_id = %s", (pk,))
        tamper("DELETE FROM ledger_chain WHERE id = %s", (pk,))
        assert found() == [("chain-missing", "thing:2", None, 1)]

    def test_a_chain_cut_short_and_made_to_fit(self):
        digest = Event.objects.get(pk=event_id(5)).digest
        tamper("DELETE FROM ledger_event WHERE chain_id = %s AND sequence > 5", (chain_id(),))
        tamper("UPDATE ledger_chain SET length = 5, head_digest = %s WHERE id = %s", (digest, chain_id()))
        assert found() == [("chain-shortened", "thing:1", 6, 2)]

    def test_a_chain_rewritten_with_all_its_digests(self):
        rewrite(THING, "elsewhere")
        assert found() == [("chain-rewritten", "thing:1", 6, 1)]

    def test_a_chain_rewritten_and_sealed_again(self):
        rewrite(THING, "elsewhere")
        write(1)
        make_seal(by=ANNA)
        assert found() == [("chain-rewritten", "thing:1", 6, 1)]

    @pytest.mark.parametrize(
        ("column", "value", "reasons"),
        [
            ("number", 7, {"seal-missing", "seal-signature", "seal-unrecorded"}),
            ("at", "2020-01-01 00:00:00+00:00", {"seal-signature", "seal-not-the-recorded"}),
            ("chains", 8, {"seal-signature", "seal-root", "seal-not-the-recorded"}),
            ("root", "0" * 64, {"seal-signature", "seal-root", "seal-not-the-recorded"}),
            ("leaves", b"x", {"seal-signature", "seal-unreadable", "seal-not-the-recorded"}),
            ("previous_seal_digest", "0" * 64, {"seal-signature", "seal-link", "seal-not-the-recorded"}),
            ("public_key", "0" * 64, {"seal-signature", "seal-not-the-recorded"}),
            ("signature", "0" * 128, {"seal-signature", "seal-not-the-recorded"}),
        ],
    )
    def test_a_changed_seal(self, column, value, reasons):
        tamper(f"UPDATE ledger_seal SET {column} = %s WHERE number = 2", (value,))
        assert {place[0] for place in found()} == reasons
        assert {place[3] for place in found()} <= {2, 7}

    @pytest.mark.parametrize("number", [1, 2])
    def test_a_deleted_seal(self, number):
        tamper("DELETE FROM ledger_seal WHERE number = %s", (number,))
        assert ("seal-missing", None, None, number) in found()

    def test_all_seals_deleted(self):
        tamper("DELETE FROM ledger_seal")
        assert found() == [("seal-missing", None, None, 1), ("seal-missing", None, None, 2)]

    def test_a_seal_replaced_by_one_of_another_key(self, settings, tmp_path):
        right, settings.KLARDESK_DATA = settings.KLARDESK_DATA, tmp_path
        with allow_flush():
            Seal.objects.all().delete()
            Event.objects.filter(kind="ledger.sealed").delete()
            Chain.objects.filter(kind="ledger").delete()
        rewrite(THING, "elsewhere")
        make_seal(by=ANNA)
        settings.KLARDESK_DATA = right
        assert found() == [("unknown-key", None, None, 1)]


class TestOtherVerifiers:
    @pytest.fixture(autouse=True)
    def _registry(self, monkeypatch):
        monkeypatch.setattr(run, "_VERIFIERS", {})

    def test_their_findings_are_in_the_report(self):
        finding = Finding("tickets", "differs", "Ticket 1 differs.", chain="ticket:1")
        register_verifier("tickets", lambda: iter([finding]))
        report = verify()
        assert (report.findings, report.verifiers, report.exit_code) == ([finding], ["tickets"], 1)

    def test_one_that_fails_could_not_check_and_stops_nobody(self):
        def broken():
            with connection.cursor() as cursor:
                cursor.execute("SELECT nonsense")
            return []

        register_verifier("a", broken)
        register_verifier("b", list)
        report = verify()
        assert list(report.unchecked) == ["a"]
        assert report.exit_code == 2
        assert not report.kept

    def test_a_name_is_taken_once(self):
        register_verifier("a", list)
        with pytest.raises(ValueError, match="already"):
            register_verifier("a", tuple)


class TestBlobs:
    @pytest.fixture(autouse=True)
    def _own_data(self, settings, tmp_path):
        settings.KLARDESK_DATA = tmp_path

    def test_whole_ones_are_kept(self):
        blobs.put(b"as it was")
        sound()

    def test_a_changed_one_is_named(self):
        changed = blobs.path_of(blobs.put(b"as it was"))
        blobs.put(b"another")
        changed.chmod(0o600)
        changed.write_bytes(b"as it is")
        (finding,) = verify().findings
        assert (finding.check, finding.reason) == ("blobs", "blob-changed")
        assert str(changed) in finding.detail

    def test_a_file_that_is_none_is_named(self):
        (blobs.path_of(blobs.put(b"as it was")).parent / "notes.txt").write_text("x")
        assert [finding.reason for finding in verify().findings] == ["blob-foreign"]


@pytest.mark.django_db(transaction=True)
def test_it_sees_one_moment_of_a_desk_at_work_and_blocks_nobody(monkeypatch):
    """Events appended by others while it reads are not half seen."""
    from concurrent.futures import ThreadPoolExecutor

    def other() -> None:
        try:
            with transaction.atomic():
                append(THING, Moved("a", "b"), by=ANNA)
        finally:
            connection.close()

    pages = rows.event_pages

    def meanwhile():
        with ThreadPoolExecutor(1) as pool:
            pool.submit(other).result(10)
        yield from pages()

    monkeypatch.setattr(rows, "event_pages", meanwhile)
    assert sound().events == 9
    assert sound().events == 10
