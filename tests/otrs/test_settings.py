"""Settings: layers in their order, the rules with each operator, the tone, and that no rule lacks its sentence."""

from __future__ import annotations

from typing import Any

import pytest

from klardesk.otrs.inspect.catalogue import kinds
from klardesk.otrs.inspect.catalogue.settings import WHY
from klardesk.otrs.inspect.findings import Level, Place
from klardesk.otrs.inspect.releases import Release
from klardesk.otrs.inspect.settings import INACTIVE, Layer, Settings
from klardesk.otrs.inspect.settings.perl import UNKNOWN
from klardesk.otrs.inspect.settings.rules import Rule, era_of, in_force, is_weak, load

GOOD_PASSWORDS = {"PasswordMinSize": "10", "PasswordNeedDigit": "1"}
RULES = {rule.name: rule for rule in load()}


def weak(name: str, value: Any, layer: Layer = Layer.AUTO, **further: Any) -> bool:
    settings = Settings()
    settings.add_layer(layer, {name: value, **further})
    held = in_force(settings, RULES[name], "otrs6")
    assert held is not None
    return is_weak(RULES[name], held, settings, "otrs6")


def test_there_are_73_rules_and_each_has_its_sentences() -> None:
    assert len(RULES) == 73
    assert set(RULES) == set(WHY)
    assert {f"settings.{tone}.{name}" for name in RULES for tone in ("changed", "default")} <= set(kinds())


@pytest.mark.parametrize(
    ("name", "bad", "good"),
    [
        ("SwitchToUser", "1", "0"),
        ("HttpType", "http", "https"),
        ("SecureMode", INACTIVE, "1"),
        ("SessionMaxTime", "57601", "57600"),
        ("Customer::AuthModule::DB::CryptType", "sha1", "bcrypt"),
        ("WebUploadCacheModule", "Kernel::System::Web::UploadCache::FS", "Kernel::System::Web::UploadCache::DB"),
        ("AuthModule", "Kernel::System::Auth::LDAP", "Kernel::System::Auth::DB"),
        ("AuthModule::LDAP::Host", "ldap.example.org", "ldaps://ldap.example.org"),
        ("SOAP::User", "x", ""),
        ("PGP::Key::Password", {"A": "x"}, {}),
        ("AuthTwoFactorModule", INACTIVE, "Kernel::System::Auth::TwoFactor::GoogleAuthenticator"),
        ("Daemon::SchedulerCronTaskManager::Task###RegistrationUpdateSend", {"Module": "x"}, INACTIVE),
        ("Daemon::SchedulerCronTaskManager::Task###SessionDeleteExpired", INACTIVE, {"Module": "x"}),
        ("Frontend::Module###AdminSelectBox", {"Group": ["admin"]}, INACTIVE),
        ("CustomerPreferencesGroups###Password", {"PasswordMinSize": "4", "PasswordNeedDigit": "1"}, GOOD_PASSWORDS),
        ("Package::RepositoryList", {"http://x.example/": "x"}, {"https://x.example/": "x"}),
        ("SendmailModule::CMD", "/tmp/x", "/usr/sbin/sendmail -i -f"),
    ],
)  # fmt: skip
def test_a_rule_knows_bad_from_good(name: str, bad: Any, good: Any) -> None:
    assert weak(name, bad)
    assert not weak(name, good)
    assert not weak(name, UNKNOWN)


@pytest.mark.parametrize("password", ["otrs", "Passwort", "short", "znuny_user"])
def test_a_known_short_or_repeated_password_of_the_database_is_weak(password: str) -> None:
    assert weak("DatabasePw", password, Layer.CONFIG, DatabaseUser="znuny_user")


def test_a_good_password_of_the_database_is_not() -> None:
    assert not weak("DatabasePw", "rE7-and-long", Layer.CONFIG, DatabaseUser="znuny_user")


def test_the_greater_layer_wins_and_the_later_file_of_the_same() -> None:
    settings = Settings()
    settings.add_layer(Layer.CONFIG, {"A": "config"}, {"A": Place(file="Kernel/Config.pm", line=3)})
    settings.add_layer(Layer.DATABASE, {"A": "saved", "B": "saved", "C": "saved"})
    settings.add_layer(Layer.FILES, {"B": "first"})
    settings.add_layer(Layer.FILES, {"B": "second"})
    assert [held.value for name in "ABC" if (held := settings.get(name))] == ["config", "second", "saved"]
    held = settings.in_layer("A", Layer.DATABASE)
    assert held is not None
    assert held.value == "saved"
    assert settings.get("D") is None


def test_what_a_whole_deployed_file_lacks_is_off() -> None:
    settings = Settings()
    settings.add_layer(Layer.AUTO, {f"S{number}": "1" for number in range(400)})
    held = in_force(settings, RULES["Frontend::Module###AdminSelectBox"], "otrs6")
    assert held is not None
    assert held.value is INACTIVE


@pytest.mark.parametrize(
    ("family", "version", "era"),
    [
        ("otrs", "3.3.9", "otrs5"), ("otrs", "5.0.26", "otrs5"),
        ("otrs", "6.0.3", "otrs6"), ("centuran", "6.0.40", "otrs6"),
        ("znuny", "6.0.36", "otrs6"),
        ("znuny", "6.5.4", "znuny65"), ("znuny", "7.0.9", "znuny70"), ("otobo", "10.1.4", "otobo11"),
    ],
)  # fmt: skip
def test_each_release_has_its_eras_defaults(family: str, version: str, era: str) -> None:
    assert era_of(Release(0, family, family, "", version, "", ())) == era


def test_only_grave_rules_are_grave() -> None:
    grave = {name for name, rule in RULES.items() if rule.level is Level.CRITICAL}
    assert grave == {"SecureMode", "AdminSelectBox::AllowDatabaseModification"}


def test_every_rule_says_what_is_wanted() -> None:
    assert [rule.name for rule in RULES.values() if not rule.wanted.strip()] == []
    assert isinstance(RULES["HttpType"], Rule)
    assert RULES["HttpType"].wanted == "https"
