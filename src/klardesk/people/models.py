"""People of both realms, companies, and their sessions. State only; changes are in `people.actions`."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.utils.translation import gettext_lazy as _

from klardesk.people.browsers import browser_name


class Realm(models.TextChoices):
    """Where a person logs in: the same login may exist once in each realm."""

    AGENT = "agent", _("Agent")
    CUSTOMER = "customer", _("Customer")


def full_name(first_name: str | None, last_name: str | None, login: str) -> str:
    """First and last name, else the login."""
    return " ".join(part for part in (first_name, last_name) if part) or login


def login_key(login: str) -> str:
    """The form in which logins are compared: trimmed, case folded (contract 1.1)."""
    return login.strip().casefold()


class Company(models.Model):
    """An organisation whose people are customers. `number` is the customer number of the OTRS family (CustomerID)."""

    number = models.CharField(max_length=150)
    number_key = models.CharField(
        max_length=150,
        unique=True,
        editable=False,
        error_messages={"unique": _("This number is taken already.")},
    )
    name = models.CharField(max_length=200)
    comment = models.TextField(blank=True)
    valid = models.BooleanField(default=True)
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["name"])]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Store with the key in line; called by actions only."""
        self.clean_keys()
        super().save(*args, **kwargs)

    def clean_keys(self) -> None:
        """Bring the comparison key in line with the number."""
        self.number_key = login_key(self.number)


class PersonManager(BaseUserManager["Person"]):
    """Finds people by realm and login."""

    def by_login(self, realm: str, login: str) -> Person | None:
        """The person of this realm with this login in any case, or None."""
        return self.filter(realm=realm, login_key=login_key(login)).first()


class Person(AbstractBaseUser):
    """An agent or a customer. A human being with both hats has one row in each realm, with its own password."""

    realm = models.CharField(max_length=10, choices=Realm.choices)
    login = models.CharField(max_length=200)
    login_key = models.CharField(max_length=200, editable=False)
    first_name = models.CharField(max_length=100, blank=True)
    last_name = models.CharField(max_length=100, blank=True)
    email = models.CharField(max_length=254, blank=True)
    email_key = models.CharField(max_length=254, blank=True, editable=False, db_index=True)
    phone = models.CharField(max_length=60, blank=True)
    language = models.CharField(max_length=8, blank=True)
    time_zone = models.CharField(max_length=60, blank=True)
    theme = models.CharField(max_length=8, blank=True)
    density = models.CharField(max_length=12, blank=True)
    start_page = models.CharField(max_length=60, blank=True)
    shortcuts = models.BooleanField(default=True)
    tabs = models.BooleanField(default=True)
    valid = models.BooleanField(default=True)
    password_changed_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    companies = models.ManyToManyField(Company, through="CompanyMembership", related_name="people")

    USERNAME_FIELD = "login"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["realm"]

    objects = PersonManager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["realm", "login_key"],
                name="person_login_per_realm",
                violation_error_message=_("This login is taken already."),
            )
        ]
        indexes: ClassVar = [models.Index(fields=["realm", "last_name", "first_name"])]

    def __str__(self) -> str:
        return self.full_name

    @property
    def full_name(self) -> str:
        """First and last name, else the login."""
        return full_name(self.first_name, self.last_name, self.login)

    @property
    def is_active(self) -> bool:  # type: ignore[override]
        """Django's name for `valid`: an invalid person cannot log in and ends every session at its next request."""
        return self.valid

    @property
    def is_agent(self) -> bool:
        """Whether this is a person of the agents' realm."""
        return self.realm == Realm.AGENT

    def clean_keys(self) -> None:
        """Bring the comparison keys in line with login and address."""
        self.login_key = login_key(self.login)
        self.email_key = self.email.strip().lower()

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Store with keys in line; called by actions only."""
        self.clean_keys()
        super().save(*args, **kwargs)


class CompanyMembership(models.Model):
    """A customer belongs to a company; a customer may belong to several, one of them the primary one."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="memberships")
    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="memberships")
    primary = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["person", "company"], name="one_membership_per_company"),
            models.UniqueConstraint(fields=["person"], condition=models.Q(primary=True), name="one_primary_company"),
        ]


class Session(AbstractBaseSession):
    """A browser's log-in, tied to its person so that it can be listed and ended."""

    person = models.ForeignKey(Person, null=True, on_delete=models.CASCADE, related_name="sessions")
    created_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField(null=True)
    address = models.CharField(max_length=45, blank=True)
    browser = models.CharField(max_length=300, blank=True)

    @property
    def browser_name(self) -> str:
        """`Firefox, Windows`, as far as the browser's own words tell."""
        return browser_name(self.browser)


class LoginFailure(models.Model):
    """A failed log-in, counted against its login and its address for a while, then swept away."""

    key = models.CharField(max_length=260, db_index=True)
    at = models.DateTimeField(db_index=True)


class OneTimeLink(models.Model):
    """A link that lets its person set a password once: of the first administrator, or after a reset."""

    token_digest = models.CharField(max_length=64, unique=True)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="one_time_links")
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)


class Absence(models.Model):
    """When an agent is out of office, both days included, by the agent's own time zone; and who stands in meanwhile."""

    person = models.OneToOneField(Person, primary_key=True, on_delete=models.CASCADE, related_name="absence")
    first_day = models.DateField()
    last_day = models.DateField()
    text = models.CharField(max_length=500, blank=True)
    substitute = models.ForeignKey(Person, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    tell_substitute = models.BooleanField(default=True)
    hand_over = models.BooleanField(default=False)


class TotpFactor(models.Model):
    """An app that shows codes (RFC 6238). The secret is encrypted; `last_step` is the step of the last code taken."""

    person = models.OneToOneField(Person, primary_key=True, on_delete=models.CASCADE, related_name="totp_factor")
    secret = models.TextField()
    last_step = models.BigIntegerField(default=0)
    created_at = models.DateTimeField()


class Passkey(models.Model):
    """A key of a device or a security key (WebAuthn): its public part and how often it was used."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="passkeys")
    name = models.CharField(max_length=100)
    credential_id = models.CharField(max_length=1400, unique=True)
    credential = models.TextField()
    sign_count = models.BigIntegerField(default=0)
    created_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)


class RecoveryCode(models.Model):
    """A code that lets its person in once without the second factor. Only a digest is kept."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="recovery_codes")
    digest = models.CharField(max_length=64)
    used_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["person", "digest"], name="recovery_code_of_person")]


class AccessToken(models.Model):
    """What a program of an agent's logs in with to fetch files, with the agent's rights. Of the token only the digest is kept.

    `scopes` are names of `slots.TokenScope`. `hour` and `requests` count how often it was used in the running hour.
    """

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="access_tokens")
    name = models.CharField(max_length=100)
    digest = models.CharField(max_length=64, unique=True)
    scopes = models.JSONField(default=list)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    used_at = models.DateTimeField(null=True)
    hour = models.DateTimeField(null=True)
    requests = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return self.name
