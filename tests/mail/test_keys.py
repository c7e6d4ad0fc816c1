"""Certificates and keys: added out of all kinds of files, trusted, withdrawn, replaced, deleted; their pages and warnings."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import pkcs7, pkcs12
from cryptography.x509.oid import NameOID
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from klardesk.access.policy import Refused
from klardesk.admin.doctor.desk import check_mail_keys
from klardesk.base.secrets import decrypt
from klardesk.ledger.models import Event
from klardesk.mail.actions import save_setting
from klardesk.mail.keys.actions import KeyFile, add_keys, change_key, delete_key, replace_key
from klardesk.mail.keys.models import MailKey, QueueProtection
from klardesk.mail.keys.queries import policy_of, usable
from klardesk.mail.models import SystemAddress
from klardesk.tickets.policy import NotPossible
from tests.mail.conftest import SYSTEM
from tests.mail.test_smime import BEGIN, DER, END, OPEN, PEM, PKCS8, Holder
from tests.world import World

pytestmark = pytest.mark.django_db
SECRET = "correct horse"


@pytest.fixture(scope="module")
def authority() -> Holder:
    return Holder("ca@example.org", authority=True)


@pytest.fixture(scope="module")
def desk(authority: Holder) -> Holder:
    return Holder("help@desk.example", authority)


@pytest.fixture(scope="module")
def dora(authority: Holder) -> Holder:
    return Holder("Dora@Nordlicht.example", authority)


@pytest.fixture
def root(client: Client, world: World, clock: object) -> Client:
    """An administrator's browser."""
    assert clock
    client.force_login(world.root)
    return client


def bundle(holder: Holder, *others: Holder, passphrase: str = SECRET) -> bytes:
    """A PKCS#12 file with the private key."""
    protection = serialization.BestAvailableEncryption(passphrase.encode())
    return pkcs12.serialize_key_and_certificates(
        b"x", holder.key, holder.x509, [each.x509 for each in others], protection
    )


def keep(holder: Holder, *, private: bool = False, trusted: bool = False) -> MailKey:
    """The holder's certificate in the store."""
    file = KeyFile(bundle(holder), SECRET) if private else KeyFile(holder.x509.public_bytes(PEM))
    return add_keys(file, by=SYSTEM, trusted=trusted)[0]


@pytest.mark.parametrize("form", ["pem", "der", "pkcs7 pem", "pkcs7 der", "pkcs12"])
def test_a_certificate_is_kept_out_of_every_kind_of_file(world: World, dora: Holder, form: str) -> None:
    content = {
        "pem": dora.x509.public_bytes(PEM), "der": dora.x509.public_bytes(DER),
        "pkcs7 pem": pkcs7.serialize_certificates([dora.x509], PEM),
        "pkcs7 der": pkcs7.serialize_certificates([dora.x509], DER), "pkcs12": bundle(dora),
    }[form]  # fmt: skip
    (key,) = add_keys(KeyFile(content, SECRET), by=SYSTEM)
    assert (key.fingerprint, key.name) == (dora.certificate.fingerprint, "Dora@Nordlicht.example")
    assert (key.valid_from, key.valid_until, key.algorithm) == (BEGIN, END, "RSA 2048")
    assert list(key.addresses.values_list("address", flat=True)) == ["dora@nordlicht.example"]
    assert bool(key.private) == (form == "pkcs12")
    assert (key.trusted, key.authority, key.origin) == (False, False, "added")


def test_private_key_and_passphrase_are_encrypted_and_never_recorded(world: World, desk: Holder) -> None:
    key = keep(desk, private=True)
    assert "PRIVATE" not in key.private
    assert decrypt(key.private) == desk.private.pem
    told = str(list(Event.objects.filter(kind__startswith="mail.key").values_list("payload_text", flat=True)))
    assert key.fingerprint in told
    assert SECRET not in told
    assert key.private not in told


def test_a_file_with_a_chain_keeps_all_of_it(world: World, desk: Holder, authority: Holder) -> None:
    kept = add_keys(KeyFile(bundle(desk, authority), SECRET), by=SYSTEM)
    assert [(bool(key.private), key.authority) for key in kept] == [(True, False), (False, True)]


def test_a_private_key_alone_goes_to_its_certificate(world: World, desk: Holder) -> None:
    alone = KeyFile(desk.key.private_bytes(PEM, PKCS8, OPEN))
    with pytest.raises(NotPossible, match="private key alone"):
        add_keys(alone, by=SYSTEM)
    keep(desk)
    (key,) = add_keys(alone, by=SYSTEM)
    assert decrypt(key.private) == desk.private.pem


@pytest.mark.parametrize(
    ("content", "passphrase", "said"),
    [
        (b"hello", "", "no key or certificate"), (b"-----BEGIN CERTIFICATE-----\nx", "", "no key or certificate"),
        (b"\x99\x01", "", "no key or certificate"), (None, "", "enter its passphrase"), (None, "wrong", "does not open"),
    ],
)  # fmt: skip
def test_what_cannot_be_kept_is_refused_with_the_reason(
    world: World, desk: Holder, content: bytes | None, passphrase: str, said: str
) -> None:
    file = KeyFile(bundle(desk) if content is None else content, passphrase)
    with pytest.raises(NotPossible, match=said):
        add_keys(file, by=SYSTEM)
    assert not MailKey.objects.exists()


def test_what_is_there_already_is_told_and_gets_only_what_is_new(world: World, desk: Holder) -> None:
    keep(desk)
    with pytest.raises(NotPossible, match="here already"):
        keep(desk)
    assert keep(desk, private=True).private
    assert MailKey.objects.count() == 1


def test_keys_are_for_administrators(world: World, desk: Holder) -> None:
    key = keep(desk)
    anna = world.actor("anna")
    for forbidden in (
        lambda: keep_as(desk, anna), lambda: delete_key(key, by=anna), lambda: replace_key(key, KeyFile(b""), by=anna),
        lambda: change_key(key, by=anna, trusted=True, valid=True, comment=""),
    ):  # fmt: skip
        with pytest.raises(Refused):
            forbidden()
    key.refresh_from_db()
    assert not key.trusted


def keep_as(holder: Holder, actor: object) -> None:
    add_keys(KeyFile(holder.x509.public_bytes(PEM)), by=actor)  # type: ignore[arg-type]


def test_only_what_is_valid_and_was_not_merely_learned_protects(clock: object, world: World, dora: Holder) -> None:
    key, address = keep(dora), "dora@nordlicht.example"
    assert usable(["Dora@nordlicht.example"])[address] == [key]
    for change in ({"origin": "learned"}, {"valid": False}, {"valid_until": BEGIN}, {"valid_from": END}):
        MailKey.objects.filter(pk=key.pk).update(**change)
        assert usable([address])[address] == []
        key.save()
    MailKey.objects.filter(pk=key.pk).update(origin="learned", trusted=True)
    assert usable([address])[address] == [key]


def test_a_certificate_for_signing_alone_encrypts_nothing_and_the_other_way_round(
    world: World, authority: Holder
) -> None:
    for signs in (True, False):
        key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"for signing: {signs}")])
        made = x509.CertificateBuilder(
            authority.x509.subject, name, key.public_key(), x509.random_serial_number(), BEGIN, END
        )
        usage = x509.KeyUsage(signs, False, not signs, False, False, False, False, False, False)
        made = made.add_extension(usage, critical=True)
        (kept,) = add_keys(KeyFile(made.sign(authority.key, hashes.SHA256()).public_bytes(PEM)), by=SYSTEM)
        assert (kept.can_sign, kept.can_encrypt) == (signs, not signs)


def test_a_successor_takes_the_place_of_a_key_with_its_queues(
    world: World, desk: Holder, authority: Holder, dora: Holder
) -> None:
    old = keep(desk, private=True)
    save_setting(QueueProtection(queue=world.support, sign="always", key=old), by=SYSTEM)
    newer = Holder("help@desk.example", authority, end=END + timedelta(days=365))
    for content in (bundle(dora), newer.x509.public_bytes(PEM)):
        with pytest.raises(NotPossible, match="take the place"):
            replace_key(old, KeyFile(content, SECRET), by=SYSTEM)
    new = replace_key(old, KeyFile(bundle(newer), SECRET), by=SYSTEM)
    old.refresh_from_db()
    assert (old.valid, bool(old.private)) == (False, True)
    assert policy_of(world.support).key == new


def test_a_chosen_key_is_not_deleted(world: World, desk: Holder) -> None:
    key = keep(desk, private=True)
    choice = save_setting(QueueProtection(queue=world.support, key=key), by=SYSTEM)
    with pytest.raises(NotPossible, match="Support"):
        delete_key(key, by=SYSTEM)
    choice.key = None
    save_setting(choice, by=SYSTEM)
    delete_key(key, by=SYSTEM)
    assert not MailKey.objects.exists()
    assert Event.objects.filter(kind="mail.key_deleted").exists()


def test_a_queue_does_what_the_one_above_does_unless_it_chose_itself(world: World) -> None:
    assert (policy_of(world.hardware).sign, policy_of(world.hardware).encrypt) == (False, "never")
    save_setting(QueueProtection(queue=world.support, sign="always", encrypt="possible", kind="pgp"), by=SYSTEM)
    save_setting(QueueProtection(queue=world.hardware, encrypt="always"), by=SYSTEM)
    below = policy_of(world.hardware)
    assert (below.sign, below.encrypt, below.kind) == (True, "always", "pgp")
    assert policy_of(world.sales).encrypt == "never"


def test_the_pages_add_show_change_give_out_replace_and_delete(root: Client, desk: Holder, dora: Holder) -> None:
    upload = SimpleUploadedFile("desk.p12", bundle(desk))
    answer = root.post(reverse("admin_mail_key_new"), {"file": upload, "passphrase": SECRET, "comment": "Desk"})
    key = MailKey.objects.get()
    assert answer["Location"] == reverse("admin_mail_key", args=[key.pk])
    page = root.get(answer["Location"]).content.decode()
    assert "help@desk.example" in page
    assert key.fingerprint[:4].upper() in page
    for secret in (SECRET, "PRIVATE KEY", key.private):
        assert secret not in page
    given = root.get(reverse("admin_mail_key_public", args=[key.pk]))
    assert given.content == desk.x509.public_bytes(PEM)
    root.post(reverse("admin_mail_key", args=[key.pk]), {"trusted": "on", "comment": "x"})
    key.refresh_from_db()
    assert (key.trusted, key.valid, key.comment) == (True, False, "x")
    wrong = root.post(reverse("admin_mail_key_replace", args=[key.pk]), {"text": dora.x509.public_bytes(PEM).decode()})
    assert wrong.status_code == 422
    assert "take the place" in wrong.content.decode()
    root.post(reverse("admin_mail_key_delete", args=[key.pk]))
    assert not MailKey.objects.exists()


@pytest.mark.parametrize("data", [{}, {"text": "rubbish"}, {"text": " "}])
def test_what_is_wrong_is_said_on_the_page(root: Client, data: dict[str, str]) -> None:
    answer = root.post(reverse("admin_mail_key_new"), data)
    assert answer.status_code == 422
    assert not MailKey.objects.exists()


def test_the_list_finds_by_address_name_and_fingerprint(
    root: Client, desk: Holder, dora: Holder, authority: Holder
) -> None:
    keep(desk, private=True), keep(dora), keep(authority, trusted=True)

    def names(**question: str) -> set[str]:
        page = root.get(reverse("admin_mail_keys"), question).content.decode()
        everyone = ("help@desk.example", "Dora@Nordlicht.example", "ca@example.org")
        return {name for name in everyone if f">{name}</a>" in page}

    assert names(q="nordlicht") == {"Dora@Nordlicht.example"}
    assert names(q=desk.certificate.fingerprint[:8].upper()) == {"help@desk.example"}
    assert names(show="own") == {"help@desk.example"}
    assert names(show="authorities") == {"ca@example.org"}
    assert names(kind="pgp") == names(show="expiring") == set()
    assert len(names(kind="smime")) == 3


def test_the_list_costs_the_same_for_any_number(root: Client, authority: Holder, dora: Holder, desk: Holder) -> None:
    keep(dora)
    root.get(reverse("admin_mail_keys"))
    with CaptureQueriesContext(connection) as one:
        root.get(reverse("admin_mail_keys"))
    keep(desk), keep(authority)
    root.get(reverse("admin_mail_keys"))
    with CaptureQueriesContext(connection) as three:
        root.get(reverse("admin_mail_keys"))
    assert len(one) == len(three)


def test_a_queue_takes_a_key_of_its_sender_alone(
    root: Client, world: World, desk: Holder, dora: Holder, address: Callable[..., SystemAddress]
) -> None:
    address("help@desk.example", world.support)
    own, other = keep(desk, private=True), keep(dora, private=True)
    page = reverse("admin_queue_protection", args=[world.support.pk])
    assert root.post(page, {"sign": "always", "key": other.pk}).status_code == 422
    assert root.post(page, {"sign": "always", "kind": "pgp", "key": own.pk}).status_code == 422
    assert root.post(page, {"sign": "always", "encrypt": "possible", "key": own.pk}).status_code == 302
    assert (policy_of(world.support).sign, policy_of(world.support).key) == (True, own)
    assert "help@desk.example" in root.get(page).content.decode()
    assert "signs" in root.get(reverse("admin_addresses")).content.decode()


def test_what_runs_out_is_said_a_month_before_and_names_the_queues(
    clock: object, world: World, desk: Holder, dora: Holder, authority: Holder
) -> None:
    key = keep(desk, private=True)
    keep(dora)
    assert [each.verdict.word for each in check_mail_keys()] == ["ok"]
    save_setting(QueueProtection(queue=world.support, sign="always", key=key), by=SYSTEM)
    clock.set(END - timedelta(days=29))  # type: ignore[attr-defined]
    (soon,) = check_mail_keys()
    assert (soon.verdict.word, "Support" in soon.says) == ("warning", True)
    clock.set(END + timedelta(days=1))  # type: ignore[attr-defined]
    (over,) = check_mail_keys()
    assert (over.verdict.word, "has expired" in over.says) == ("problem", True)
    replace_key(
        key, KeyFile(bundle(Holder("help@desk.example", authority, end=END + timedelta(days=365))), SECRET), by=SYSTEM
    )
    assert [each.verdict.word for each in check_mail_keys()] == ["ok"]


def test_a_list_marks_what_runs_out(root: Client, world: World, clock: object, desk: Holder) -> None:
    keep(desk, private=True)
    for moment, word in ((END - timedelta(days=29), "tone-warning"), (END + timedelta(days=1), "tone-danger")):
        clock.set(moment)  # type: ignore[attr-defined]
        root.force_login(world.root)
        page = root.get(reverse("admin_mail_keys"), {"show": "expiring"}).content.decode()
        assert word in page
