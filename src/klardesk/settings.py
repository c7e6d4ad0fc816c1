"""Django's settings, read from the environment through `klardesk.base.env`. A wrong value stops the start by name."""

from __future__ import annotations

import contextlib
import os
import secrets
from pathlib import Path
from typing import Any

from django.utils.translation import gettext_lazy as _

from klardesk.base import env

KLARDESK_DATA: Path = env.variable(
    "KLARDESK_DATA", "./klardesk-data", env.path, "The directory of everything this desk keeps: database, blobs, keys."
)
DEBUG: bool = env.variable("KLARDESK_DEBUG", "no", env.boolean, "Developers' mode: never on a desk that others reach.")
KLARDESK_URL: str = env.variable(
    "KLARDESK_URL",
    "http://localhost:8000",
    env.web_address,
    "The address people type, as it stands in mails and links; `klardesk up` takes its own port if it is not set.",
)
ALLOWED_HOSTS: list[str] = [
    *env.variable(
        "KLARDESK_HOSTS",
        "localhost,127.0.0.1,[::1]",
        env.words,
        "Further names under which browsers may reach the desk, beside that of KLARDESK_URL, by comma.",
    ),
    env.host_of(KLARDESK_URL),
]
KLARDESK_WEB_PROCESSES: int = env.variable(
    "KLARDESK_WEB_PROCESSES", "0", env.integer(0, 64), "Web processes; 0: one for each processor core, at most 4."
)
KLARDESK_WEB_THREADS: int = env.variable(
    "KLARDESK_WEB_THREADS", "4", env.integer(1, 64), "Pages that each web process works on at once."
)
KLARDESK_BEHIND_PROXY: bool = env.variable(
    "KLARDESK_BEHIND_PROXY", "no", env.boolean, "Whether a reverse proxy in front sets X-Forwarded-For and -Proto."
)
KLARDESK_LIVE_PORT: int = env.variable(
    "KLARDESK_LIVE_PORT",
    "0",
    env.integer(0, 65535),
    "The port of `klardesk live`, which tells open pages what changed; 0: the first free one above that of `klardesk up`.",
)
KLARDESK_LIVE_URL: str = env.variable(
    "KLARDESK_LIVE_URL",
    "",
    env.live_address,
    "Where browsers find `klardesk live`: `/live/` where a reverse proxy passes that path on to it, or a whole address; "
    "empty: KLARDESK_LIVE_PORT on the desk's own host, and behind a proxy nowhere.",
)
KLARDESK_LOG_FORMAT: str = env.variable(
    "KLARDESK_LOG_FORMAT",
    "auto",
    env.one_of("auto", "json", "text"),
    "Log lines: json, text, or auto (text on a terminal).",
)
TIME_ZONE: str = env.variable(
    "KLARDESK_TIME_ZONE",
    "Europe/Berlin",
    env.time_zone,
    "The desk's time zone (IANA name): dates in ticket numbers, default of people.",
)
LANGUAGE_CODE: str = env.variable(
    "KLARDESK_LANGUAGE", "en", env.one_of("de", "en"), "The language of people who chose none: de or en."
)
KLARDESK_SMTP_URL: str = env.variable(
    "KLARDESK_SMTP_URL", "", env.smtp_url, "The server that takes the desk's mails until one is set on its page: "
    "smtps://, smtp+starttls:// or smtp:// with user:password@host:port.",
)  # fmt: skip
_database = env.variable(
    "KLARDESK_DATABASE_URL",
    "",
    env.database_url,
    "postgresql://user:password@host:port/name; empty: SQLite in KLARDESK_DATA.",
    secret=True,
)


def _make_data_directory() -> None:
    """The directory of everything, readable by its owner alone; raises WrongSetting if it cannot be had."""
    try:
        KLARDESK_DATA.mkdir(parents=True, exist_ok=True, mode=0o700)
        (KLARDESK_DATA / "keys").mkdir(exist_ok=True, mode=0o700)
    except OSError as error:
        raise _unusable(error) from error


def _unusable(error: OSError) -> env.WrongSetting:
    sentence = f"KLARDESK_DATA: {KLARDESK_DATA} cannot be written or read ({error.strerror})."
    return env.WrongSetting(f"{sentence} Give a directory this user owns.")


def _secret_key() -> str:
    """The signing key: from the environment, or made once and kept in the data directory, readable by the owner alone."""
    given = env.variable("KLARDESK_SECRET_KEY", "", str, "Signs sessions and forms; empty: made once, kept in keys/.")
    if given:
        return given
    file = KLARDESK_DATA / "keys" / "secret.key"
    try:
        if not file.exists():
            draft = file.with_suffix(f".{secrets.token_hex(4)}")
            draft.touch(mode=0o600)
            draft.write_text(secrets.token_urlsafe(48))
            with contextlib.suppress(FileExistsError):  # another process was faster: its key counts
                os.link(draft, file)
            draft.unlink()
        return file.read_text().strip()
    except OSError as error:
        raise _unusable(error) from error


_make_data_directory()
SECRET_KEY = _secret_key()


_LOST_CONNECTION = {
    "connect_timeout": 10, "keepalives_idle": 30, "keepalives_interval": 10, "keepalives_count": 3,
    "tcp_user_timeout": 60_000, "prepare_threshold": 1,
}  # fmt: skip
"""A connection to PostgreSQL whose other end vanished without a word is noticed after a minute, not after hours."""


def _databases() -> dict[str, Any]:
    """SQLite with WAL, IMMEDIATE and FULL (design, rule 10), or PostgreSQL by its address."""
    if _database is None or _database.vendor == "sqlite":
        name = KLARDESK_DATA / "klardesk.sqlite3" if _database is None else Path(_database.name)
        pragmas = (
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; "
            "PRAGMA cache_size=-65536; PRAGMA temp_store=MEMORY;"
        )
        options: dict[str, Any] = {"transaction_mode": "IMMEDIATE", "timeout": 30, "init_command": pragmas}
        return {"ENGINE": "django.db.backends.sqlite3", "NAME": name, "OPTIONS": options, "CONN_MAX_AGE": None}
    return {
        "ENGINE": "klardesk.base.postgresql",
        "NAME": _database.name,
        "USER": _database.user,
        "PASSWORD": _database.password,
        "HOST": _database.host,
        "PORT": _database.port,
        "OPTIONS": _LOST_CONNECTION | dict(_database.options),
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
    }


DATABASES = {"default": _databases()}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django_htmx",
    "klardesk.base",
    "klardesk.ledger",
    "klardesk.jobs",
    "klardesk.web",
    "klardesk.people",
    "klardesk.access",
    "klardesk.tickets",
    "klardesk.calendars",
    "klardesk.fields",
    "klardesk.texts",
    "klardesk.mail",
    "klardesk.sla",
    "klardesk.search",
    "klardesk.automation",
    "klardesk.otrs",
    "klardesk.live",
    "klardesk.desk",
    "klardesk.portal",
    "klardesk.admin",
]
MIDDLEWARE = [
    "klardesk.web.middleware.RequestId",
    "klardesk.admin.middleware.RequestLog",
    "klardesk.web.middleware.SecurityHeaders",
    "klardesk.admin.middleware.Health",
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "klardesk.people.tokens.AccessTokens",
    "klardesk.web.middleware.OneConfiguration",
    "klardesk.web.middleware.Reader",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "klardesk.access.middleware.ActorMiddleware",
]
ROOT_URLCONF = "klardesk.urls"
APPEND_SLASH = True
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "APP_DIRS": True,
        "OPTIONS": {
            "environment": "klardesk.web.jinja.environment",
            "context_processors": ["klardesk.web.context.shell"],
        },
    },
    {"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True},
]
STATIC_URL = "/static/"

AUTH_USER_MODEL = "people.Person"
AUTHENTICATION_BACKENDS = ["klardesk.people.backend.RealmBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("login", "email", "first_name", "last_name")},
    },
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
SILENCED_SYSTEM_CHECKS = ["auth.W004"]  # a login is unique within its realm; RealmBackend asks for both
LOGIN_URL = "/login/"
LOGIN_REDIRECT_URL = "/"
SESSION_ENGINE = "klardesk.people.sessions"
SESSION_COOKIE_AGE = 60 * 60 * 16
SESSION_COOKIE_NAME = "klardesk_session"
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_NAME = "klardesk_csrf"
CSRF_FAILURE_VIEW = "klardesk.web.errors.csrf_failure"
_secure = KLARDESK_URL.startswith("https://")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _secure
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if KLARDESK_BEHIND_PROXY else None
CSRF_TRUSTED_ORIGINS = [KLARDESK_URL]
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
DATA_UPLOAD_MAX_MEMORY_SIZE = 64 * 1024 * 1024

USE_TZ = True
USE_I18N = True
LANGUAGES = [("de", _("German")), ("en", _("English"))]
LOCALE_PATHS = [Path(__file__).parent / "locale"]  # of the modules beside the rooms; each room's own is found by itself
LANGUAGE_COOKIE_NAME = "klardesk_language"

LOGGING_CONFIG = "klardesk.base.logs.configure"
LOGGING = {"format": KLARDESK_LOG_FORMAT, "debug": DEBUG}
