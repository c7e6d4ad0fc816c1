"""Second factors: set up, asked for at the log-in, taken away; throttled, never replayed, never in the ledger."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from klardesk.access.actor import Actor
from klardesk.base.models import Option
from klardesk.base.refusal import Refused
from klardesk.base.secrets import decrypt
from klardesk.cli import main
from klardesk.ledger.models import Event
from klardesk.people import actions, queries, totp
from klardesk.people.models import Passkey, Person, RecoveryCode, Session, TotpFactor
from tests.conftest import Clock
from tests.matrix import PersonPages, client_of
from tests.world import World

SYSTEM = Actor.system("test")
PASSWORD = "anna-has-a-long-password"
PAGES = ("totp/", "recovery/", "passkeys/", "passkeys/1/")


class TestFactors(PersonPages):
    def addresses(self, world: World) -> list[str]:
        return ["/account/factors/"]


def code_for(person: Person, clock: Clock, off: int = 0) -> str:
    """What the person's app shows, `off` steps from now."""
    factor = TotpFactor.objects.get(person=person)
    return totp.code_of(decrypt(factor.secret), totp.step_of(clock.now()) + off)


def with_app(person: Person, clock: Clock) -> list[str]:
    """Set up an app for the person, a while ago; the recovery codes."""
    secret = totp.new_secret()
    codes = actions.add_totp(person, secret, totp.code_of(secret, totp.step_of(clock.now())), by=Actor.of(person))
    clock.move(minutes=10)
    return codes


def password_step(client: Client, login: str = "anna", password: str = PASSWORD) -> Any:
    return client.post("/login/?next=/tickets/", {"login": login, "password": password, "next": "/tickets/"})


def is_logged_in(client: Client) -> bool:
    return client.get("/account/").status_code == 200


def kinds_of(person: Person) -> list[str]:
    rows = Event.objects.filter(chain__kind="person", chain__key=str(person.pk)).order_by("pk")
    return list(rows.values_list("kind", flat=True))


def test_the_password_alone_opens_nothing(world: World, clock: Clock) -> None:
    with_app(world.anna, clock)
    client = Client()
    answer = password_step(client)
    assert answer["Location"].startswith("/login/factor/?next=%2Ftickets%2F")
    assert not is_logged_in(client)
    assert not Session.objects.filter(person=world.anna).exists()
    answer = client.post(answer["Location"], {"code": code_for(world.anna, clock), "next": "/tickets/"})
    assert (answer.status_code, answer["Location"]) == (302, "/tickets/")
    assert is_logged_in(client)


def test_a_code_never_counts_twice(world: World, clock: Clock) -> None:
    with_app(world.anna, clock)
    first, second = Client(), Client()
    for client in (first, second):
        password_step(client)
    code = code_for(world.anna, clock)
    assert first.post("/login/factor/", {"code": code}).status_code == 302
    assert second.post("/login/factor/", {"code": code}).status_code == 403
    assert second.post("/login/factor/", {"code": code_for(world.anna, clock, -1)}).status_code == 403
    assert not is_logged_in(second)


def test_the_code_that_set_the_app_up_is_used_up(world: World, clock: Clock) -> None:
    secret = totp.new_secret()
    code = totp.code_of(secret, totp.step_of(clock.now()))
    actions.add_totp(world.anna, secret, code, by=Actor.of(world.anna))
    client = Client()
    password_step(client)
    assert client.post("/login/factor/", {"code": code}).status_code == 403


def test_wrong_codes_are_throttled(world: World, clock: Clock) -> None:
    with_app(world.anna, clock)
    client = Client()
    password_step(client)
    for _attempt in range(5):
        assert client.post("/login/factor/", {"code": "000000"}).status_code == 403
    right = client.post("/login/factor/", {"code": code_for(world.anna, clock)})
    assert right.status_code == 403
    assert "Too many attempts" in right.content.decode()
    again = Client()
    password_step(again)
    assert again.post("/login/factor/", {"code": code_for(world.anna, clock)}).status_code == 403
    clock.move(minutes=16)
    password_step(again)
    assert again.post("/login/factor/", {"code": code_for(world.anna, clock)}).status_code == 302


def test_a_recovery_code_lets_in_once(world: World, clock: Clock) -> None:
    codes = with_app(world.anna, clock)
    assert len(set(codes)) == 10
    for client, status in ((Client(), 302), (Client(), 403)):
        password_step(client)
        assert client.post("/login/factor/", {"code": codes[3].upper().replace("-", " ")}).status_code == status
    assert queries.factors_of(world.anna).codes_left == 9
    assert kinds_of(world.anna)[-1] == "person.recovery_code_used"


def test_somebody_elses_recovery_code_opens_nothing(world: World, clock: Clock) -> None:
    with_app(world.anna, clock)
    others = with_app(world.ben, clock)
    client = Client()
    password_step(client)
    assert client.post("/login/factor/", {"code": others[0]}).status_code == 403


def test_the_second_step_waits_ten_minutes(world: World, clock: Clock) -> None:
    with_app(world.anna, clock)
    client = Client()
    password_step(client)
    clock.move(minutes=11)
    assert client.post("/login/factor/", {"code": code_for(world.anna, clock)})["Location"] == "/login/"
    assert not is_logged_in(client)


@pytest.mark.parametrize("change", ["password", "invalid"])
def test_what_happens_meanwhile_ends_the_second_step(world: World, clock: Clock, change: str) -> None:
    with_app(world.anna, clock)
    client = Client()
    password_step(client)
    if change == "password":
        actions.set_password(world.anna, "quite another password", by=SYSTEM)
    else:
        actions.invalidate_person(world.anna, by=SYSTEM)
    assert client.post("/login/factor/", {"code": code_for(world.anna, clock)})["Location"] == "/login/"
    assert not is_logged_in(client)


def test_a_desk_that_demands_a_factor_lets_it_be_set_up(world: World, clock: Clock) -> None:
    Option.objects.create(key="people.second_factor", value="agents")
    client = Client()
    answer = password_step(client)
    page = client.get(answer["Location"]).content.decode()
    assert "<svg" in page
    secret = re.search(r'secret-key">([A-Z2-7 ]+)<', page)[1].replace(" ", "")  # type: ignore[index]
    assert client.post("/login/factor/", {"code": "000000"}).status_code == 403
    assert not is_logged_in(client)
    code = totp.code_of(secret, totp.step_of(clock.now()))
    done = client.post("/login/factor/", {"code": code, "next": "/tickets/"}).content.decode()
    assert len(re.findall(r"<li><code>([a-z2-7]{4}-){3}", done)) == 10
    assert 'href="/tickets/"' in done
    assert is_logged_in(client)


def test_customers_need_one_only_where_everybody_does(world: World) -> None:
    row = Option.objects.create(key="people.second_factor", value="agents")
    credentials = {"login": "dora", "password": "dora-has-a-long-password"}
    assert Client().post("/customer/login/", credentials)["Location"] == "/"
    row.value = "everybody"
    row.save()
    assert Client().post("/customer/login/", credentials)["Location"].startswith("/login/factor/")


def test_nothing_is_changed_without_the_password(world: World, clock: Clock) -> None:
    client = client_of(world.anna)
    for page in PAGES:
        assert (
            client.post(f"/account/factors/{page}", {"code": "1", "remove": "yes"})["Location"] == "/account/factors/"
        )
    assert client.post("/account/factors/passkeys/options/").status_code == 403
    assert client.post("/account/factors/", {"password": "wrong"}).status_code == 403
    assert (
        "<svg" not in client.get("/account/factors/").content.decode().partition("<main")[2].partition('class="qr"')[2]
    )
    assert client.post("/account/factors/", {"password": PASSWORD}).status_code == 302
    assert 'class="qr"' in client.get("/account/factors/").content.decode()
    clock.move(minutes=11)
    assert 'class="qr"' not in client.get("/account/factors/").content.decode()


def test_the_password_is_not_guessed_there_either(world: World) -> None:
    client = client_of(world.anna)
    for _attempt in range(5):
        client.post("/account/factors/", {"password": "wrong"})
    answer = client.post("/account/factors/", {"password": PASSWORD})
    assert answer.status_code == 403
    assert "Too many attempts" in answer.content.decode()


def confirmed(person: Person, password: str = PASSWORD) -> Client:
    client = client_of(person)
    assert client.post("/account/factors/", {"password": password}).status_code == 302
    return client


def test_an_app_is_set_up_and_taken_away_in_the_account(world: World, clock: Clock) -> None:
    client = confirmed(world.anna)
    page = client.get("/account/factors/").content.decode()
    secret = re.search(r'secret-key">([A-Z2-7 ]+)<', page)[1].replace(" ", "")  # type: ignore[index]
    assert client.post("/account/factors/totp/", {"code": "12"}).status_code == 400
    done = client.post("/account/factors/totp/", {"code": totp.code_of(secret, totp.step_of(clock.now()))})
    assert len(re.findall(r"<li><code>", done.content.decode())) == 10
    assert queries.has_factor(world.anna)
    made = client.post("/account/factors/recovery/").content.decode()
    assert made.count("<li><code>") == 10
    assert client.post("/account/factors/totp/", {"remove": "yes"}).status_code == 302
    assert not queries.has_factor(world.anna)
    assert not RecoveryCode.objects.filter(person=world.anna).exists()
    told = ["person.factor_added", "person.recovery_codes_made", "person.factor_removed"]
    assert kinds_of(world.anna)[-3:] == told


def test_no_secret_and_no_code_reaches_ledger_or_database(world: World, clock: Clock) -> None:
    secret = totp.new_secret()
    step = totp.step_of(clock.now())
    codes = actions.add_totp(world.anna, secret, totp.code_of(secret, step), by=Actor.of(world.anna))
    kept = TotpFactor.objects.get(person=world.anna)
    assert secret not in kept.secret
    assert decrypt(kept.secret) == secret
    told = " ".join(str(event.payload) for event in Event.objects.filter(chain__kind="person"))
    digests = " ".join(RecoveryCode.objects.values_list("digest", flat=True))
    for word in (secret, *codes, *(code.replace("-", "") for code in codes)):
        assert word not in told
        assert word not in digests


def test_the_last_one_stays_where_one_is_demanded(world: World, clock: Clock) -> None:
    with_app(world.anna, clock)
    Option.objects.create(key="people.second_factor", value="agents")
    with pytest.raises(Refused):
        actions.remove_totp(world.anna, by=Actor.of(world.anna))
    assert queries.has_factor(world.anna)


def test_factors_are_ones_own(world: World, clock: Clock) -> None:
    with_app(world.anna, clock)
    for by in (Actor.of(world.root), Actor.of(world.ben), SYSTEM):
        with pytest.raises(Refused):
            actions.remove_totp(world.anna, by=by)
        with pytest.raises(Refused):
            actions.make_recovery_codes(world.anna, by=by)
        with pytest.raises(Refused):
            actions.add_totp(world.anna, totp.new_secret(), "1", by=by)


def test_an_administrator_takes_them_away_and_the_sessions_end(world: World, clock: Clock) -> None:
    with_app(world.anna, clock)
    theirs = client_of(world.anna)
    assert is_logged_in(theirs)
    root = client_of(world.root)
    assert "with a second factor" in root.get(f"/admin/agents/{world.anna.pk}/").content.decode()
    assert root.post(f"/admin/agents/{world.anna.pk}/factors/").status_code == 302
    assert not queries.has_factor(world.anna)
    assert not is_logged_in(theirs)
    assert kinds_of(world.anna)[-1] == "person.factors_reset"


@pytest.mark.parametrize(("name", "status"), [("", 302), ("dora", 404), ("ben", 403), ("anna", 403)])
def test_nobody_else_takes_them_away(world: World, clock: Clock, name: str, status: int) -> None:
    with_app(world.anna, clock)
    client = client_of(getattr(world, name) if name else None)
    assert client.post(f"/admin/agents/{world.anna.pk}/factors/").status_code == status
    assert queries.has_factor(world.anna)


def test_an_administrators_own_are_not_reset_past_the_password(world: World, clock: Clock) -> None:
    with_app(world.root, clock)
    assert client_of(world.root).post(f"/admin/agents/{world.root.pk}/factors/").status_code == 403
    assert queries.has_factor(world.root)


def test_the_command_line_resets_them(world: World, clock: Clock, capsys: pytest.CaptureFixture[str]) -> None:
    with_app(world.anna, clock)
    assert main(["user", "reset-factors", "anna"]) == 0
    assert "1 second factors taken away" in capsys.readouterr().out
    assert not queries.has_factor(world.anna)
    assert main(["user", "reset-factors", "nobody-of-this-name"]) == 1


def test_a_passkey_of_somebody_else_is_not_found(world: World) -> None:
    other = Passkey.objects.create(
        person=world.ben, name="key", credential_id="x", credential="", created_at=world.ben.created_at
    )
    assert confirmed(world.anna).post(f"/account/factors/passkeys/{other.pk}/").status_code == 404
    assert Passkey.objects.filter(pk=other.pk).exists()


@pytest.mark.parametrize("answer", ["", "nonsense", "[]", '{"id": 7}', '{"id": "x"}'])
def test_no_passkey_no_log_in(world: World, answer: str) -> None:
    client = Client()
    assert set(client.post("/login/passkey/options/").json()["publicKey"]) >= {"challenge", "rpId"}
    response = client.post("/login/passkey/", {"answer": answer, "realm": "agent"})
    assert response.status_code == 403
    assert "was not accepted" in response.content.decode()


def test_a_question_of_a_passkey_that_was_never_asked_is_not_answered(world: World) -> None:
    assert Client().post("/login/passkey/", {"answer": '{"id": "x"}'}).status_code == 403
