"""The desk's own rows: files, people, mail."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import timedelta
from zoneinfo import available_timezones

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from klardesk.access.actions.rights import administrators
from klardesk.admin.doctor.findings import Finding, check, ok, problem, warning
from klardesk.base import blobs, clock
from klardesk.mail.keys.queries import endings, is_used
from klardesk.mail.models import IncomingMail, IncomingState, Mailbox, OutgoingMail, OutgoingState
from klardesk.people.models import Person
from klardesk.tickets.models import Article, Attachment
from klardesk.web.formats import moment_text

SAMPLE = 50
STUCK = timedelta(hours=1)


@check("blobs", gettext_lazy("Files"))
def check_blobs() -> Iterator[Finding]:
    """A sample of the newest mails and attachments, and as many old ones, can be read and is unchanged."""
    raw = Article.objects.unscoped("doctor's sample").exclude(raw="").values_list("raw", flat=True)
    files = Attachment.objects.unscoped("doctor's sample").values_list("digest", flat=True)
    sample = {digest for rows in (raw, files) for order in ("pk", "-pk") for digest in rows.order_by(order)[:SAMPLE]}
    bad = sorted(digest for digest in sample if not _is_whole(digest))
    if bad:
        yield problem(
            ngettext(
                "{count} of {all} files looked at is missing or changed: {name}.",
                "{count} of {all} files looked at are missing or changed, the first is {name}.",
                len(bad),
            ).format(count=len(bad), all=len(sample), name=bad[0]),
            _("Restore the blobs directory from the backup; klardesk verify names every one of them."),
        )
    else:
        yield ok(
            ngettext(
                "{count} file looked at is readable and unchanged.",
                "{count} files looked at are readable and unchanged.",
                len(sample),
            ).format(count=len(sample))
        )


def _is_whole(digest: str) -> bool:
    try:
        return hashlib.sha256(blobs.get(digest)).hexdigest() == digest
    except (blobs.BlobMissing, OSError):
        return False


@check("administrators", gettext_lazy("Administrators"))
def check_administrators() -> Iterator[Finding]:
    """Somebody can administer the desk."""
    able = [person for person in administrators() if person.has_usable_password()]
    if not able:
        yield problem(
            _("No administrator can log in: none has a password."),
            _("klardesk user reset-password LOGIN prints a one-time link for any account."),
        )
    else:
        yield ok(
            ngettext("{count} administrator can log in.", "{count} administrators can log in.", len(able)).format(
                count=len(able)
            )
        )


@check("time_zones", gettext_lazy("Time zones"))
def check_time_zones() -> Iterator[Finding]:
    """Every person's time zone is known to this machine."""
    used = set(Person.objects.exclude(time_zone="").values_list("time_zone", flat=True).distinct())
    unknown = sorted(used - available_timezones())
    if unknown:
        yield warning(
            _("This machine does not know the time zones {names} that people chose.").format(names=", ".join(unknown)),
            _("Install the time zone data: apt install tzdata"),
        )
    else:
        yield ok(_("All time zones in use are known."))


@check("mailboxes", gettext_lazy("Mailboxes"))
def check_mailboxes() -> Iterator[Finding]:
    """The last round of every mailbox went well."""
    failing = list(Mailbox.objects.filter(valid=True).exclude(last_error="").order_by("name"))
    for mailbox in failing:
        yield problem(
            _("The mailbox “{name}” cannot be emptied: {reason}").format(
                name=mailbox.name, reason=mailbox.last_error[:300]
            ),
            _("Its mails wait on the server. Test the connection under Administration, Mailboxes."),
        )
    if not failing:
        count = Mailbox.objects.filter(valid=True).count()
        yield ok(
            ngettext("{count} mailbox is in order.", "All {count} mailboxes are in order.", count).format(count=count)
        )


@check("incoming", gettext_lazy("Incoming mail"))
def check_incoming() -> Iterator[Finding]:
    """No kept mail waits in vain."""
    failed = IncomingMail.objects.filter(state=IncomingState.FAILED).count()
    waiting = IncomingMail.objects.filter(state=IncomingState.RECEIVED, received_at__lt=clock.now() - STUCK).count()
    if failed:
        yield warning(
            _("Mails that could not be processed: {count}. They are kept.").format(count=failed),
            _("They are listed with their reasons under Administration, Mail problems."),
        )
    if waiting:
        yield problem(
            _("Mails kept for more than an hour and not yet processed: {count}.").format(count=waiting),
            _("Start the worker; if it runs, its log says what it waits for."),
        )
    if not failed and not waiting:
        yield ok(_("Every mail that came in was processed."))


@check("outbox", gettext_lazy("Outgoing mail"))
def check_outbox() -> Iterator[Finding]:
    """What was written has left."""
    stuck = OutgoingMail.objects.filter(
        state__in=(OutgoingState.WAITING, OutgoingState.SENDING), tries_since__lt=clock.now() - STUCK
    ).order_by("tries_since")
    failed = OutgoingMail.objects.filter(state=OutgoingState.FAILED).count()
    oldest = stuck.first()
    if oldest is not None:
        yield problem(
            _("Mails waiting to be sent for more than an hour: {count}. Last error: {reason}").format(
                count=stuck.count(), reason=oldest.last_error[:300] or "–"
            ),
            _("They stay in the outbox and are tried again. Look at the mail server's settings."),
        )
    if failed:
        yield warning(
            _("Mails that could not be delivered: {count}.").format(count=failed),
            _("Each is marked at its article, where it can be sent again."),
        )
    if oldest is None and not failed:
        yield ok(_("The outbox is empty or on its way."))


@check("mail_keys", gettext_lazy("Certificates and keys of mail"))
def check_mail_keys() -> Iterator[Finding]:
    """What signs, encrypts and vouches is valid."""
    found = endings(clock.now())
    for ending in found:
        moment = moment_text(ending.key.valid_until) if ending.key.valid_until else ""
        says = _("“{name}” has expired ({moment}).") if ending.over else _("“{name}” expires soon: {moment}.")
        queues = _(" Chosen by: {queues}.").format(queues=", ".join(ending.queues)) if ending.queues else ""
        grave = ending.over and (ending.queues or ending.key.private)
        yield (problem if grave else warning)(
            says.format(name=ending.key.name, moment=moment) + queues,
            _("Replace it under Administration, Certificates and keys, or withdraw it if it is not needed any more."),
        )
    if not found:
        yield ok(
            _("All that sign, encrypt and vouch last for a month and more.") if is_used() else _("None are in use.")
        )
