"""Findings about the database's schema, and what runs in it."""

from klardesk.otrs.inspect.catalogue import kind
from klardesk.otrs.inspect.findings import Confidence, Level
from klardesk.otrs.inspect.marking import counted as ngettext
from klardesk.otrs.inspect.marking import marked as _

kind(
    "schema.unlike",
    Level.HIGH,
    title=_("The tables are like no known release; the nearest is %(nearest)s (%(percent)s %%)"),
    explanation=_(
        "Tables, columns and their types tell which release made a database. These fit none well: it was "
        "changed a great deal, or a "
        "migration ended halfway."
    ),
    remedy=_(
        "Have the differences below explained before anything is updated. An ordinary update expects the "
        "tables of its release."
    ),
)
kind(
    "schema.claim",
    Level.HIGH,
    title=_("The files are %(files)s, but the database is that of %(database)s"),
    explanation=_(
        "Each release has its own tables. The database was made by another release than the one whose files "
        "lie there: an update was not "
        "finished, or the files were exchanged without it."
    ),
    remedy=_("Make a copy, and find out which of the two is right. Do not start the next update before that is known."),
)
kind(
    "schema.table.missing",
    Level.HIGH,
    title=_("The table %(table)s of %(release)s is missing"),
    explanation=_(
        "%(release)s has this table, and the database has not. What is kept in it is gone, or was moved elsewhere."
    ),
    remedy=_("Look for it in the oldest backup, and ask who removed it."),
)
kind(
    "schema.table.unknown",
    Level.MEDIUM,
    title=_("The table %(table)s is of no known release; it has %(rows)s rows"),
    explanation=_(
        "No release of OTRS, Znuny or OTOBO has this table, and no package that is installed makes it. An "
        "ordinary update or migration "
        "ignores it or drops it. By its contents it seems to point at: %(points_at)s."
    ),
    remedy=_("Ask whoever made it what it is for, and keep it. The take-over by Klardesk keeps every row of it."),
    confidence=Confidence.PROVEN,
)
kind(
    "schema.table.package",
    Level.INFO,
    title=_("The table %(table)s belongs to the package %(package)s; it has %(rows)s rows"),
    explanation=_("The package that is installed makes this table."),
    remedy=_("See that an update of the package exists for the release you are going to."),
)
kind(
    "schema.table.other",
    Level.LOW,
    title=_("The table %(table)s is of another release (%(releases)s), not of %(release)s"),
    explanation=_(
        "It is known, but this release neither has it nor leaves it behind on its official way of updates. "
        "It has %(rows)s rows."
    ),
    remedy=_("Find out where it comes from: perhaps from the attempt to update to another product."),
)
kind(
    "schema.leftover",
    Level.INFO,
    title=_("%(what)s is left from an earlier release (%(release)s)"),
    explanation=_("Official updates leave this behind. It does no harm, and is no manipulation."),
    remedy=_("Nothing need be done."),
)
kind(
    "schema.column.missing",
    Level.HIGH,
    title=_("The column %(column)s of the table %(table)s is missing"),
    explanation=_(
        "%(release)s has it, and the database has not. What was in it is gone; the next update may stop there."
    ),
    remedy=_("Look for it in the oldest backup, and ask who removed it."),
)
kind(
    "schema.column.unknown",
    Level.MEDIUM,
    title=_("The column %(column)s of the table %(table)s is of no known release; %(rows)s rows have something in it"),
    explanation=_(
        "Somebody added it. An ordinary update or migration does not know it and may drop what is in it. By "
        "its contents it seems to "
        "point at: %(points_at)s."
    ),
    remedy=_("Ask whoever made it what it is for. The take-over by Klardesk keeps it."),
)
kind(
    "schema.column.other",
    Level.LOW,
    title=_("The column %(column)s of the table %(table)s is of another release, not of %(release)s"),
    explanation=_("It is known, but this release neither has it nor leaves it behind on its official way of updates."),
    remedy=_("Find out where it comes from: perhaps from the attempt to update to another product."),
)
kind(
    "schema.column.type",
    Level.MEDIUM,
    title=_("%(table)s.%(column)s is %(found)s instead of %(wanted)s"),
    explanation=_(
        "The type is not that of %(release)s. Where it is narrower, texts are cut or refused and numbers run "
        "over; where it is another, an "
        "update may stop at it."
    ),
    remedy=_("Ask why it was changed, and change it back on a copy first."),
)
kind(
    "schema.column.charset",
    Level.MEDIUM,
    title=_("%(table)s.%(column)s has the character set %(found)s, its table has %(wanted)s"),
    explanation=_(
        "Texts of different character sets in one table are compared and converted wrongly; the official "
        "updates refuse such a table."
    ),
    remedy=_("Convert it on a copy, and compare the texts before and after."),
)
kind(
    "schema.column.null",
    Level.LOW,
    title=_("%(table)s.%(column)s may be empty, or must not be, unlike in %(release)s"),
    explanation=_(
        "Somebody changed whether the column may be empty (NULL). Found: %(found)s; the release has: %(wanted)s."
    ),
    remedy=_("Ask why it was changed. Rows without a value where one is expected make screens and updates fail."),
)
kind(
    "schema.column.default",
    Level.LOW,
    title=_("%(table)s.%(column)s has another default than in %(release)s"),
    explanation=_(
        "Found: %(found)s; the release has: %(wanted)s. New rows get another value than the program expects."
    ),
    remedy=_("Ask why it was changed, and change it back on a copy first."),
)
kind(
    "schema.column.number",
    Level.HIGH,
    title=_("%(table)s.%(column)s is no longer numbered by the database"),
    explanation=_(
        "In %(release)s the database gives new rows their numbers. Without that, new rows fail or get "
        "numbers from elsewhere."
    ),
    remedy=_("Find out where the numbers come from now, and mend it on a copy first."),
)
kind(
    "schema.key.missing",
    Level.HIGH,
    title=_("The table %(table)s has another primary key than in %(release)s"),
    explanation=_(
        "Found: %(found)s; the release has: %(wanted)s. Without it the same row can exist twice, and nothing notices."
    ),
    remedy=_("Look for rows that exist twice, and restore the key on a copy first."),
)
kind(
    "schema.unique.missing",
    Level.MEDIUM,
    title=_("In the table %(table)s nothing keeps %(columns)s from existing twice"),
    explanation=_("%(release)s has a unique index there, and the database has not."),
    remedy=_("Look for values that exist twice, and restore the index on a copy first."),
)
kind(
    "schema.index.missing",
    Level.LOW,
    title=_("The table %(table)s lacks the index on %(columns)s"),
    explanation=_("%(release)s has it. Without it searches are slow."),
    remedy=_("Create it again."),
)
kind(
    "schema.index.unknown",
    Level.INFO,
    title=_("The table %(table)s has an index of its own on %(columns)s"),
    explanation=_("No release has it. It changes no data; a unique one refuses rows that the release would take."),
    remedy=_("Nothing need be done, if somebody knows why it is there."),
)
kind(
    "schema.foreign.missing",
    Level.LOW,
    title=_("In the table %(table)s nothing watches that %(column)s points at a row of %(to)s"),
    explanation=_("%(release)s has a foreign key there, and the database has not. Rows can then point at nothing."),
    remedy=_("See the findings about rows that point at nothing, and restore the key on a copy first."),
)
kind(
    "schema.foreign.unknown",
    Level.LOW,
    title=_("In the table %(table)s the column %(column)s must point at %(to)s, unlike in any release"),
    explanation=_(
        "Somebody added a foreign key. It can refuse or delete rows behind the program's back, and stop an update."
    ),
    remedy=_("Ask whoever made it what it is for."),
)
kind(
    "schema.charset",
    Level.MEDIUM,
    title=ngettext(
        "%(count)s table has the character set %(found)s, the others have %(usual)s",
        "%(count)s tables have the character set %(found)s, the others have %(usual)s",
    ),
    explanation=_(
        "Texts of different character sets in one database are compared and converted wrongly. The official "
        "updates refuse tables that are not "
        "in the one they expect."
    ),
    remedy=_("Convert them on a copy, and compare the texts before and after."),
)
kind(
    "schema.engine",
    Level.MEDIUM,
    title=ngettext("%(count)s table is kept by %(found)s", "%(count)s tables are kept by %(found)s"),
    explanation=_(
        "This way of keeping tables knows neither transactions nor foreign keys: rows can be half written "
        "and point at nothing."
    ),
    remedy=_("Convert them to InnoDB on a copy, after the rows that point at nothing are dealt with."),
)
kind(
    "schema.trigger",
    Level.HIGH,
    title=_("A trigger runs in the database: %(name)s on the table %(table)s"),
    explanation=_(
        "No release has triggers. It changes or copies rows whenever the table is written, and the program "
        "does not know. Signs in it: "
        "%(signs)s."
    ),
    remedy=_("Read it, ask whoever made it what it is for, and remove it on a copy first."),
)
kind(
    "schema.routine",
    Level.HIGH,
    title=_("The database has code of its own: %(kind)s %(name)s"),
    explanation=_("No release has such code in the database. Signs in it: %(signs)s."),
    remedy=_("Read it, find out who calls it, and ask whoever made it what it is for."),
)
kind(
    "schema.view",
    Level.MEDIUM,
    title=_("The database has a view: %(name)s"),
    explanation=_("No release has views. Somebody else reads from the tables through it. Signs in it: %(signs)s."),
    remedy=_("Find out who uses it (reports, another program) and whether they may see what it shows."),
)
kind(
    "schema.account.open",
    Level.HIGH,
    title=_("Anybody may log in to the database as %(name)s, from %(host)s, without a password"),
    explanation=_("The account has rights on this database: %(rights)s."),
    remedy=_("Give it a password at once, or remove it."),
)
kind(
    "schema.account.local",
    Level.MEDIUM,
    title=_("The database account %(name)s has no password on the server itself"),
    explanation=_("Whoever may run programs on the server can read and change everything. Rights: %(rights)s."),
    remedy=_("Give it a password, or let only the system's administrator use it."),
)
kind(
    "schema.account.writes",
    Level.LOW,
    title=_("The database account %(name)s may write from %(host)s"),
    explanation=_(
        "It has rights on this database: %(rights)s. Whoever has its password changes tickets without the "
        "program and without a trace."
    ),
    remedy=_("See that every account is known, and that none but the program's writes."),
)
