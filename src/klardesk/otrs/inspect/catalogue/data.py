"""Findings about the rows themselves, and what an ordinary upgrade would drop."""

from klardesk.otrs.inspect.catalogue import kind
from klardesk.otrs.inspect.findings import Confidence, Level
from klardesk.otrs.inspect.marking import counted as ngettext
from klardesk.otrs.inspect.marking import marked as _

kind(
    "data.orphan",
    Level.MEDIUM,
    title=ngettext(
        "%(count)s row of %(table)s points at a row of %(to)s that is not there",
        "%(count)s rows of %(table)s point at a row of %(to)s that is not there",
    ),
    explanation=_(
        "The column %(column)s names rows that do not exist (such as %(examples)s). Something was deleted "
        "beside the program, or a "
        "migration lost it. Official upgrades stop at such rows or delete them."
    ),
    remedy=_("Look for the missing rows in older backups. The take-over by Klardesk keeps the rows and lists them."),
)
kind(
    "data.article.lost",
    Level.HIGH,
    title=ngettext(
        "%(count)s article belongs to a ticket that is not there",
        "%(count)s articles belong to tickets that are not there",
    ),
    explanation=_(
        "Tickets (such as %(examples)s) were deleted beside the program: it would have deleted their "
        "articles too. Official upgrades "
        "stop at them or delete them."
    ),
    remedy=_("Look for the tickets in older backups, and ask who deletes rows in the database."),
)
kind(
    "data.article.empty",
    Level.HIGH,
    title=ngettext("%(count)s article has no content", "%(count)s articles have no content"),
    explanation=_("There is the article, but nothing of what was written in it (such as %(examples)s)."),
    remedy=_("Look for the contents in older backups."),
)
kind(
    "data.article.several",
    Level.MEDIUM,
    title=ngettext("%(count)s article has several contents", "%(count)s articles have several contents"),
    explanation=_(
        "The program shows one of them only (articles such as %(examples)s). The others were added beside it."
    ),
    remedy=_("Compare them: one may have been put before the original."),
)
kind(
    "data.article.message-id",
    Level.MEDIUM,
    title=ngettext(
        "%(count)s mail has another Message-ID than the program wrote",
        "%(count)s mails have another Message-ID than the program wrote",
    ),
    explanation=_(
        "The program keeps a check sum of each Message-ID, and these do not agree (rows such as "
        "%(examples)s): they were changed beside it. "
        "Answers no longer find their ticket."
    ),
    remedy=_("Compare these mails with an older backup."),
)
kind(
    "data.attachment.empty",
    Level.HIGH,
    title=ngettext("%(count)s attachment has lost its content", "%(count)s attachments have lost their content"),
    explanation=_("Their rows tell a size, but there are no bytes (rows such as %(examples)s)."),
    remedy=_("Look for them in older backups."),
)
kind(
    "data.attachment.size",
    Level.MEDIUM,
    title=ngettext(
        "%(count)s attachment is not as large as its row says",
        "%(count)s attachments are not as large as their rows say",
    ),
    explanation=_("They were cut, or exchanged beside the program (rows such as %(examples)s)."),
    remedy=_("Compare them with an older backup."),
)
kind(
    "data.attachment.missing",
    Level.HIGH,
    title=ngettext(
        "The folder of %(count)s article with attachments in files is missing",
        "The folders of %(count)s articles with attachments in files are missing",
    ),
    explanation=_("The articles say where their files lie, and nothing lies there (articles such as %(examples)s)."),
    remedy=_("Look for the files in older backups."),
)
kind(
    "data.attachment.stray",
    Level.MEDIUM,
    title=ngettext(
        "%(count)s folder of attachments belongs to no article", "%(count)s folders of attachments belong to no article"
    ),
    explanation=_(
        "Files lie where attachments are kept, but no article knows them (such as %(examples)s). The "
        "articles were deleted beside the program."
    ),
    remedy=_("Look at what they are. A migration by the rows alone loses them."),
)
kind(
    "data.number.twice",
    Level.HIGH,
    title=_("The ticket number %(tn)s exists %(count)s times"),
    explanation=_("The program shows one of these tickets only; answers by mail go to that one."),
    remedy=_("Compare the tickets (%(examples)s). One may have been made to hide the other."),
)
kind(
    "data.number.gap",
    Level.LOW,
    title=ngettext("%(count)s ticket number is missing in between", "%(count)s ticket numbers are missing in between"),
    explanation=_(
        "Ticket numbers are counted, and these were given but no ticket has them (first: %(examples)s). "
        "Tickets were deleted: by a job, by an "
        "administrator, or beside the program."
    ),
    remedy=_("Ask whether tickets are deleted by rule. If not, look for them in older backups."),
    confidence=Confidence.LIKELY,
)
kind(
    "data.number.check",
    Level.MEDIUM,
    title=ngettext(
        "%(count)s ticket number has a wrong check digit", "%(count)s ticket numbers have a wrong check digit"
    ),
    explanation=_(
        "The last digit of a number follows from the others. These (such as %(examples)s) were not given by the program."
    ),
    remedy=_("Ask where these tickets come from: an import, or somebody writing rows by hand."),
)
kind(
    "data.number.odd",
    Level.MEDIUM,
    title=ngettext(
        "%(count)s ticket number is not of the usual form", "%(count)s ticket numbers are not of the usual form"
    ),
    explanation=_("They differ from all others in their form (such as %(examples)s)."),
    remedy=_("Ask where these tickets come from: an import, another generator, or somebody writing rows by hand."),
)
kind(
    "data.ids.gap",
    Level.MEDIUM,
    title=ngettext(
        "%(count)s row of %(table)s is missing in long pieces", "%(count)s rows of %(table)s are missing in long pieces"
    ),
    explanation=_(
        "The largest of %(pieces)s: the numbers %(first)s to %(last)s were given and are gone. Single gaps "
        "are usual, such a long one "
        "is a deletion in bulk."
    ),
    remedy=_("Ask who deleted them, and look for them in older backups."),
    confidence=Confidence.LIKELY,
)
kind(
    "data.history.none",
    Level.HIGH,
    title=ngettext("%(count)s ticket has no history at all", "%(count)s tickets have no history at all"),
    explanation=_(
        "The program writes a history from a ticket's first moment. Here (ticket ids such as %(examples)s) "
        "it was deleted, or the ticket was written beside it."
    ),
    remedy=_("Look for the history in older backups, and ask who deletes rows in the database."),
)
kind(
    "data.history.start",
    Level.MEDIUM,
    title=ngettext(
        "The history of %(count)s ticket does not begin with its creation",
        "The history of %(count)s tickets does not begin with their creation",
    ),
    explanation=_("The entry “new ticket” is missing (ticket ids such as %(examples)s): its first part was deleted."),
    remedy=_("Look for the history in older backups."),
)
DIFFERS = _(
    "Each change leaves an entry that holds the ticket's state, queue, owner and priority. Here (ticket ids such as "
    "%(examples)s) the ticket has another one than its last entry: it was changed beside the program, without a trace."
)
COMPARE = _("Compare these tickets with an older backup, and ask who writes to the database.")
for code, title in (
    (
        "data.history.state",
        ngettext(
            "The state of %(count)s ticket is not what its history says",
            "The state of %(count)s tickets is not what their history says",
        ),
    ),
    (
        "data.history.queue",
        ngettext(
            "The queue of %(count)s ticket is not what its history says",
            "The queue of %(count)s tickets is not what their history says",
        ),
    ),
    (
        "data.history.owner",
        ngettext(
            "The owner of %(count)s ticket is not what its history says",
            "The owner of %(count)s tickets is not what their history says",
        ),
    ),
    (
        "data.history.priority",
        ngettext(
            "The priority of %(count)s ticket is not what its history says",
            "The priority of %(count)s tickets is not what their history says",
        ),
    ),
):
    kind(code, Level.MEDIUM, title=title, explanation=DIFFERS, remedy=COMPARE)
kind(
    "data.time.zero",
    Level.MEDIUM,
    title=ngettext("%(count)s row of %(table)s has a zero time", "%(count)s rows of %(table)s have a zero time"),
    explanation=_(
        "%(table)s.%(column)s is 0000-00-00 or the like (rows such as %(examples)s). Stricter databases and "
        "updates refuse that."
    ),
    remedy=_("Look for the right times in older backups."),
)
kind(
    "data.time.impossible",
    Level.MEDIUM,
    title=ngettext(
        "%(count)s row of %(table)s has a time that no calendar knows",
        "%(count)s rows of %(table)s have a time that no calendar knows",
    ),
    explanation=_("%(table)s.%(column)s is no date (rows such as %(examples)s)."),
    remedy=_("Look for the right times in older backups."),
)
kind(
    "data.time.early",
    Level.MEDIUM,
    title=ngettext(
        "%(count)s row of %(table)s is older than the program", "%(count)s rows of %(table)s are older than the program"
    ),
    explanation=_("%(table)s.%(column)s lies before the year 2000 (rows such as %(examples)s)."),
    remedy=_("Look for the right times in older backups."),
)
kind(
    "data.time.future",
    Level.MEDIUM,
    title=ngettext("%(count)s row of %(table)s lies in the future", "%(count)s rows of %(table)s lie in the future"),
    explanation=_("%(table)s.%(column)s lies after this inspection (rows such as %(examples)s)."),
    remedy=_("See whether the server's clock was wrong, or somebody wrote the rows by hand."),
)
kind(
    "data.time.reversed",
    Level.LOW,
    title=ngettext(
        "%(count)s row of %(table)s was changed before it was made",
        "%(count)s rows of %(table)s were changed before they were made",
    ),
    explanation=_("change_time lies before create_time (rows such as %(examples)s)."),
    remedy=_("See whether the server's clock was wrong, rows were imported, or somebody wrote them by hand."),
)
kind(
    "data.time.order",
    Level.MEDIUM,
    title=ngettext(
        "%(count)s row of %(table)s is out of the order of time",
        "%(count)s rows of %(table)s are out of the order of time",
    ),
    explanation=_(
        "Rows are numbered as they are written. These (such as %(examples)s) tell another time than the rows "
        "before and after them: they "
        "were back-dated, or their time was changed later."
    ),
    remedy=_("Compare them with an older backup. Times of tickets and histories decide about SLAs."),
    confidence=Confidence.LIKELY,
)
kind(
    "data.time.shuffled",
    Level.LOW,
    title=_("The numbers of tickets do not follow their times"),
    explanation=_(
        "%(count)s tickets (such as %(examples)s) are out of the order of time. So many are not changed by hand: several "
        "databases were put together, or tickets were imported."
    ),
    remedy=_("Ask where the tickets come from. Single rows that were back-dated cannot be told in such a database."),
)
kind(
    "data.text.bytes",
    Level.MEDIUM,
    title=ngettext(
        "%(count)s text in %(table)s.%(column)s holds bytes that are no characters",
        "%(count)s texts in %(table)s.%(column)s hold bytes that are no characters",
    ),
    explanation=_(
        "They were written in another character set than the database's (rows such as %(examples)s). "
        "Migrations refuse or cut them."
    ),
    remedy=_("Repair them on a copy, row by row. The take-over by Klardesk keeps the bytes."),
)
kind(
    "data.text.twice",
    Level.LOW,
    title=ngettext(
        "%(count)s text in %(table)s.%(column)s looks as if it was encoded twice",
        "%(count)s texts in %(table)s.%(column)s look as if they were encoded twice",
    ),
    explanation=_("They show “Ã¼” where “ü” should be, or the like (rows such as %(examples)s)."),
    remedy=_("See whether they came so by mail, or an earlier migration did it."),
    confidence=Confidence.HINT,
)
kind(
    "data.text.control",
    Level.LOW,
    title=ngettext(
        "%(count)s text in %(table)s.%(column)s holds control characters",
        "%(count)s texts in %(table)s.%(column)s hold control characters",
    ),
    explanation=_("Characters that no text needs (rows such as %(examples)s). PostgreSQL refuses some of them."),
    remedy=_("Nothing need be done before a migration; see that it keeps these rows."),
)
kind(
    "data.text.replaced",
    Level.INFO,
    title=ngettext(
        "%(count)s text in %(table)s.%(column)s has lost characters",
        "%(count)s texts in %(table)s.%(column)s have lost characters",
    ),
    explanation=_(
        "A character was replaced by “�” (rows such as %(examples)s): MySQL's old utf8 cannot hold emoji, "
        "and the program replaces them."
    ),
    remedy=_("Nothing need be done; what is lost is lost."),
)
kind(
    "takeover.loss",
    Level.MEDIUM,
    title=_("An ordinary upgrade would drop %(rows)s rows (%(percent)s %% of all)"),
    explanation=_(
        "Upgrades and migrations of the manufacturers' kind carry the tables and columns they know, and "
        "leave out or delete the rest. The table "
        "of this report tells which."
    ),
    remedy=_(
        "Do not begin an upgrade before somebody has said of each of these tables that it is not needed. "
        "Klardesk's take-over keeps them all."
    ),
)
STOPS = ngettext(
    "The official scripts look for this first, and refuse to go on or change what is in their way. They would meet it "
    "%(count)s time here.",
    "The official scripts look for this first, and refuse to go on or change what is in their way. They would meet it "
    "%(count)s times here.",
)
TRY = _("Try the upgrade on a copy, and compare the number of rows of each table before and after.")
for code, heading in (
    ("takeover.blocked.charset", _("An ordinary upgrade would refuse tables for their character set")),
    ("takeover.blocked.orphans", _("An ordinary upgrade would stop at rows that point at nothing, or delete them")),
):
    kind(code, Level.MEDIUM, title=heading, explanation=STOPS, remedy=TRY)
