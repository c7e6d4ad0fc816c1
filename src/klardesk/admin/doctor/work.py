"""Background work: workers, fetcher, sweeps."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from klardesk.admin.doctor.findings import Finding, check, ok, problem, warning
from klardesk.base import clock
from klardesk.jobs import SWEEPS, queries
from klardesk.jobs.models import Role, SweepState
from klardesk.mail.models import Mailbox

MANY_FAILURES = 3
OVERDUE = timedelta(minutes=15)


@check("worker", gettext_lazy("Worker"))
def check_worker() -> Iterator[Finding]:
    """Somebody does the background work."""
    count = queries.alive().filter(role=Role.WORKER).count()
    if count:
        yield ok(_("Workers at work: {count}.").format(count=count))
    else:
        yield problem(
            _("No worker was seen within a minute: no mail is sent, nothing falls due."),
            _("Start the desk (klardesk up) or a worker of its own (klardesk worker)."),
        )


@check("fetcher", gettext_lazy("Mail fetcher"))
def check_fetcher() -> Iterator[Finding]:
    """Somebody empties the mailboxes."""
    mailboxes = Mailbox.objects.filter(valid=True).count()
    if not mailboxes:
        yield ok(_("There is no mailbox to empty."))
    elif queries.alive().filter(role=Role.FETCHER).exists():
        yield ok(
            ngettext(
                "The fetcher looks after {count} mailbox.", "The fetcher looks after {count} mailboxes.", mailboxes
            ).format(count=mailboxes)
        )
    else:
        yield problem(
            _("No fetcher was seen within a minute: mails stay in their mailboxes."),
            _("Start the desk (klardesk up) or a fetcher of its own (klardesk fetcher)."),
        )


@check("sweeps", gettext_lazy("Background work"))
def check_sweeps() -> Iterator[Finding]:
    """No sweep fails, none is long overdue."""
    known = SweepState.objects.filter(name__in=list(SWEEPS))
    failing = list(known.filter(failures__gt=0).order_by("name"))
    for state in failing:
        yield (problem if state.failures >= MANY_FAILURES else warning)(
            ngettext(
                "“{name}” failed {count} time, with: {reason}",
                "“{name}” failed {count} times, lastly with: {reason}",
                state.failures,
            ).format(name=state.name, count=state.failures, reason=_last_line(state.last_error)),
            _("It is tried again by itself. The whole error is in the worker's log; report it if it stays."),
        )
    overdue = queries.free(list(SWEEPS)).filter(next_due__lt=clock.now() - OVERDUE, failures=0)
    late = list(overdue.values_list("name", flat=True))
    if late:
        yield warning(
            _("Overdue for more than a quarter of an hour: {names}.").format(names=", ".join(sorted(late))),
            _("Start a worker, or more of them if those at work do not keep up."),
        )
    if not failing and not late:
        yield ok(_("All background work is on time."))


def _last_line(text: str) -> str:
    lines = text.strip().splitlines()
    return lines[-1][:300] if lines else ""
