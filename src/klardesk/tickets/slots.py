"""Slots of the ticket's pages (design, rule 13): lower rooms fill them in `AppConfig.ready()`, extensions do the same.

Documented in docs/develop/extension-points.md. Every slot is asked once per page, with all its rows, so that no slot can
make the number of queries grow with the data.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, Protocol, TypeAlias, TypeVar

from django.utils.functional import Promise

if TYPE_CHECKING:
    from django.db.models import Q
    from django.forms import Field
    from django.http import HttpRequest

    from klardesk.access.actor import Actor
    from klardesk.people.models import Person
    from klardesk.tickets.drafts import NewAttachment
    from klardesk.tickets.models import Article, Queue, Ticket

Text: TypeAlias = str | Promise
Tone = Literal["neutral", "accent", "good", "warning", "danger"]


@dataclass(frozen=True, kw_only=True)
class TicketView:
    """What a panel is drawn for: the ticket, who looks at it, and the verbs of `tickets.policy.RIGHT_FOR` they may do."""

    request: HttpRequest
    ticket: Ticket
    actor: Actor
    may: frozenset[str]


class DrawPanel(Protocol):
    """Gives a panel's body as safe HTML; the empty text leaves the panel out."""

    def __call__(self, view: TicketView) -> str:
        """Draw the panel with a fixed number of queries."""


@dataclass(frozen=True, kw_only=True)
class TicketPanel:
    """A panel at the side of a ticket's page; panels stand in the order of `order`."""

    name: str
    title: Text
    icon: str
    draw: DrawPanel
    order: int = 100


@dataclass(frozen=True, kw_only=True)
class ArticleAction:
    """A link at an article to a page of `url_name`, whose address takes the keys of ticket and article, in this order.

    `applies(article, may)` decides by the article's columns and the verbs its reader may do; it must not query.
    `query` is added to the address (`?all=1`). A `primary` one is a button, the others stand in a menu. A `docked` page
    answers a request whose HX-Target is `dock` with its form alone, and is opened inside the ticket's page. One
    `for_administrators` is offered to them alone; its page must ask too.
    """

    name: str
    label: Text
    icon: str
    url_name: str
    applies: Callable[[Article, frozenset[str]], bool]
    query: str = ""
    primary: bool = False
    docked: bool = False
    for_administrators: bool = False
    order: int = 100


@dataclass(frozen=True, kw_only=True)
class Badge:
    """A mark at an article, such as the state of a mail's delivery; `detail` says more, `href` leads to a page about it."""

    text: Text
    tone: Tone = "neutral"
    icon: str = ""
    detail: Text = ""
    href: str = ""


class ArticleBadges(Protocol):
    """Gives the badges of articles by their keys; an article without any may be left out."""

    def __call__(self, articles: Sequence[int], actor: Actor) -> Mapping[int, Sequence[Badge]]:
        """The badges of these articles, which the actor may see, with a fixed number of queries."""


@dataclass(frozen=True, kw_only=True)
class ListColumn:
    """A column of ticket lists. `cells` gets the rows of a page (columns of `ordered.COLUMNS`) and gives text or
    safe HTML by ticket key, with a fixed number of queries. `sort` names a key of `sorts.SORTS` or of a ListSort, or is
    empty. One that is `left_out` where it has no cell takes no room on such a page.
    """

    key: str
    label: Text
    cells: Callable[[Sequence[Mapping[str, Any]], Actor], Mapping[int, str]]
    sort: str = ""
    left_out: bool = False
    order: int = 100


@dataclass(frozen=True, kw_only=True)
class ReadyText:
    """A ready-made text for a form: with it come files, and the key of the state that the ticket gets."""

    text: str
    files: tuple[NewAttachment, ...] = ()
    state_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class TextUse:
    """What a ready-made text is used for: the form's purposes, the ticket (unsaved if it is a new one), who writes, and
    the article that is answered, if any.
    """

    purposes: tuple[str, ...]
    ticket: Ticket
    actor: Actor
    article: Article | None = None


@dataclass(frozen=True, kw_only=True)
class TicketAction:
    """A link in the menu of a ticket's page to a page of `url_name`, whose address takes the ticket's key; offered to
    whoever may do `verb`, if the desk has any use for it (`offered`, one query at most). The page answers in the dock,
    as those of `pages.change.ChangePage` do.
    """

    name: str
    label: Text
    icon: str
    url_name: str
    verb: str
    offered: Callable[[], bool] = lambda: True
    order: int = 100


@dataclass(frozen=True, kw_only=True)
class BegunTicket:
    """A ticket that is about to be made, as far as its form tells: who makes it, for whom, and the values typed so far."""

    actor: Actor
    customer: Person | None
    values: Mapping[str, Any]


class UndoStep(Protocol):
    """Takes back something that a mask did beside changing the ticket's own values."""

    def __call__(self, ticket: Ticket, known: Any, *, by: Actor) -> str:
        """Take it back with what was noted when it was done (JSON). Gives the address to go to, or the empty text; raises
        NotPossible if it is too late.
        """


class NotNamed(NamedTuple):
    """Why a mail does not get what it asks for: a sentence in English (a msgid) and the values for its braces."""

    sentence: str
    values: Mapping[str, str]


class TicketFields(Protocol):
    """Values that another room keeps about tickets: asked for by the form of a new ticket, and by mails that steer."""

    name: str
    """Which fields these are; others of the same name replace them."""

    @property
    def labels(self) -> Mapping[str, Text]:
        """What the fields are called, by their names in forms and, behind X-Klardesk-, in mails and filters."""

    steady: bool
    """Whether what the fields offer hangs on nothing else that is entered: then a form draws them once."""

    def in_use(self) -> bool:
        """Whether there is anything to choose for whatever ticket; one query."""

    def fields(self, begun: BegunTicket) -> Mapping[str, Field]:
        """The fields that this ticket may be given, none where there is nothing to choose; few queries."""

    def begin(self, ticket: Ticket, values: Mapping[str, Any], *, by: Actor) -> None:
        """Store what a ticket begins with. Called inside the transaction that made it, for whoever was allowed to."""

    def change(self, ticket: Ticket, values: Mapping[str, Any], *, by: Actor) -> None:
        """Give a known ticket these values; asks for the right."""

    def named(
        self, words: Mapping[str, str], customer: Person | None, ticket: Ticket | None
    ) -> tuple[dict[str, Any], list[NotNamed]]:
        """The values that a mail asks for by name, and why it does not get what nothing fitting bears; `ticket` is the one
        that the mail joins. What is given is written as a person reads it.
        """

    def take_over(self, source: Ticket, ticket: Ticket, *, by: Actor) -> None:
        """Give a ticket that was split off what its source has. Called inside the transaction that made it."""


@dataclass(frozen=True, kw_only=True)
class ListSort:
    """An order of ticket lists by a moment that another room keeps, in a table with one row for each ticket.

    The table has the columns ticket_id, queue_id, state_id and `column`, and an index over (queue_id, state_id, column,
    ticket_id): lists are put together from its ranges (see `ordered`). `path` leads there in the ORM. Tickets without a
    moment come last.
    """

    key: str
    table: str
    column: str
    path: str


@dataclass(frozen=True, kw_only=True)
class FilterParameter:
    """A parameter of a list's address: values of a choice, some words, a day (ISO 8601), or a number of days."""

    label: Text
    kind: Literal["choice", "text", "day", "days"]


@dataclass(frozen=True, kw_only=True)
class ListFilter:
    """Something by which ticket lists are narrowed, beside `filters.Filters`' own fields. Its `parameters` by their names in the
    address; `condition` gets the clean values of those that are there, and gives the tickets that are left. A choice offers
    (value, text) by `choices`, which names nothing that the actor must not know; with a few queries at most.
    """

    key: str
    label: Text
    parameters: Mapping[str, FilterParameter]
    condition: Callable[[Mapping[str, tuple[str, ...]], Actor], Q]
    choices: Callable[[Actor], Sequence[tuple[str, str]]] = lambda _actor: ()
    order: int = 100


class TextSource(Protocol):
    """Where a ticket's forms get ready-made texts from. The purposes are those of `texts.models.Purpose`."""

    def offered(self, purposes: tuple[str, ...], queues: Sequence[Queue]) -> list[tuple[str, str]]:
        """Key and name of the texts for these purposes in any of these queues; one query."""

    def ready(self, key: str, use: TextUse) -> ReadyText | None:
        """The text of this key, filled; None if it is not offered for this use."""


Entry = TypeVar("Entry", TicketPanel, ArticleAction, TicketAction)
_panels: list[TicketPanel] = []
_actions: list[ArticleAction] = []
_badges: list[ArticleBadges] = []
_columns: list[ListColumn] = []
_ticket_actions: list[TicketAction] = []
_fields: list[TicketFields] = []
_sorts: dict[str, ListSort] = {}
_filters: dict[str, ListFilter] = {}
_filter_parameters: dict[str, ListFilter] = {}
_text_sources: list[TextSource] = []
_undo_steps: dict[str, tuple[int, UndoStep]] = {}


def register_panel(*panels: TicketPanel) -> None:
    """Add panels to the ticket's page; one of the same name is replaced."""
    for panel in panels:
        _put(_panels, panel)


def register_article_action(*actions: ArticleAction) -> None:
    """Add links to articles; one of the same name is replaced."""
    for action in actions:
        _put(_actions, action)


def register_article_badges(source: ArticleBadges) -> None:
    """Add a source of badges at articles; registering it twice counts once."""
    if source not in _badges:
        _badges.append(source)


def register_list_column(*columns: ListColumn) -> None:
    """Add columns to ticket lists; one of the same key is replaced."""
    for column in columns:
        _columns[:] = sorted([one for one in _columns if one.key != column.key] + [column], key=lambda one: one.order)


def register_ticket_action(*actions: TicketAction) -> None:
    """Add links to the menu of a ticket's page; one of the same name is replaced."""
    for action in actions:
        _put(_ticket_actions, action)


def register_ticket_fields(fields: TicketFields) -> None:
    """Add fields of tickets; those of the same name are replaced."""
    _fields[:] = [*(one for one in _fields if one.name != fields.name), fields]


def register_list_sort(*sorts: ListSort) -> None:
    """Add orders of ticket lists; one of the same key is replaced."""
    _sorts.update({sort.key: sort for sort in sorts})


def register_list_filter(*filters: ListFilter) -> None:
    """Add filters of ticket lists; one of the same key is replaced. ValueError if two have a parameter of the same name."""
    _filters.update({one.key: one for one in filters})
    _filter_parameters.clear()
    for one in sorted(_filters.values(), key=lambda one: one.order):
        if taken := _filter_parameters.keys() & one.parameters.keys():
            raise ValueError(f"two list filters have the parameters {sorted(taken)}")
        _filter_parameters.update(dict.fromkeys(one.parameters, one))


def register_text_source(source: TextSource) -> None:
    """Set where ready-made texts come from; a later one replaces it."""
    _text_sources[:] = [source]


def text_source() -> TextSource | None:
    """Where ready-made texts come from, or None."""
    return _text_sources[0] if _text_sources else None


def register_undo_step(name: str, step: UndoStep, order: int = 100) -> None:
    """Add a step, under the name by which a page notes what it needs; a later one of the same name replaces it."""
    _undo_steps[name] = (order, step)


def undo_steps() -> Mapping[str, UndoStep]:
    """All steps by name, in their order."""
    return {name: step for name, (_order, step) in sorted(_undo_steps.items(), key=lambda one: one[1][0])}


def panels() -> Sequence[TicketPanel]:
    """The panels of a ticket's page, in order."""
    return tuple(_panels)


def article_actions(article: Article, may: frozenset[str], *, administrates: bool) -> list[ArticleAction]:
    """The links that this article offers to somebody who may do these verbs, in order."""
    offered = (action for action in _actions if administrates or not action.for_administrators)
    return [action for action in offered if action.applies(article, may)]


def article_badges(articles: Sequence[int], actor: Actor) -> dict[int, list[Badge]]:
    """The badges of all these articles from every source."""
    found: dict[int, list[Badge]] = {}
    for source in _badges if articles else ():
        for article, badges in source(articles, actor).items():
            found.setdefault(article, []).extend(badges)
    return found


def list_columns() -> Sequence[ListColumn]:
    """The further columns of ticket lists, in order."""
    return tuple(_columns)


def ticket_actions(may: frozenset[str]) -> Sequence[TicketAction]:
    """The further links of a ticket's menu for somebody who may do these verbs, in order."""
    return [action for action in _ticket_actions if action.verb in may and action.offered()]


def ticket_fields() -> Sequence[TicketFields]:
    """The fields that other rooms keep about tickets."""
    return tuple(_fields)


def field_labels() -> dict[str, Text]:
    """The labels of all these fields, by name."""
    return {name: label for fields in _fields for name, label in fields.labels.items()}


def list_sorts() -> Mapping[str, ListSort]:
    """The further orders of ticket lists, by key."""
    return _sorts


def filter_parameters() -> Mapping[str, ListFilter]:
    """The filter behind each parameter of a list's address, those of a filter together, in order."""
    return _filter_parameters


def _put(entries: list[Entry], entry: Entry) -> None:
    entries[:] = sorted([one for one in entries if one.name != entry.name] + [entry], key=lambda one: one.order)
