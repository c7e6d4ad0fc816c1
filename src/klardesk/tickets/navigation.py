"""What tickets add to the navigation, and how they fill the slots of their own pages."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from klardesk.access.actor import Actor
from klardesk.people.models import Person
from klardesk.people.slots import StartPlace, TokenScope, register_start_places, register_token_scope
from klardesk.tickets.models import Article
from klardesk.tickets.own import MOST, toolbar
from klardesk.tickets.pages import panels, relations
from klardesk.tickets.pages.widgets import TicketWidgets
from klardesk.tickets.slots import (
    ArticleAction,
    ListColumn,
    TicketPanel,
    register_article_action,
    register_list_column,
    register_panel,
    register_undo_step,
)
from klardesk.web.slots import (
    NavigationEntry,
    Text,
    TopbarCounter,
    UserMenuEntry,
    Visitor,
    register_navigation,
    register_topbar_counter,
    register_user_menu,
    register_widgets,
)

SECTION = _("Tickets")


def administrators(visitor: Visitor) -> bool:
    """Whether the visitor administers the desk."""
    return bool(getattr(visitor, "is_administrator", False))


def agents(visitor: Visitor) -> bool:
    """Whether the visitor works at the desk."""
    return isinstance(visitor, Actor) and visitor.kind == "agent"


def creators(visitor: Visitor) -> bool:
    """Whether the visitor may create tickets in some queue."""
    return isinstance(visitor, Actor) and visitor.kind == "agent" and bool(visitor.groups_with("create"))


def _splits(_article: Article, may: frozenset[str]) -> bool:
    return "split" in may


def _shows_and_hides(_article: Article, may: frozenset[str]) -> bool:
    return "visibility" in may


def _anybody(_article: Article, _may: frozenset[str]) -> bool:
    return True


def _pending(rows: Sequence[Mapping[str, Any]], _actor: Actor) -> Mapping[int, str]:
    return panels.pending_cells(rows)


def _times(rows: Sequence[Mapping[str, Any]], _actor: Actor) -> Mapping[int, str]:
    return panels.time_cells(rows)


register_navigation(
    NavigationEntry(area="desk", label=_("Tickets"), url_name="ticket_list", icon="inbox", order=20),
    NavigationEntry(area="desk", label=_("Time spent"), url_name="times", icon="timer", order=40),
    NavigationEntry(
        area="desk",
        label=_("New ticket"),
        url_name="ticket_phone",
        icon="plus",
        order=90,
        primary=True,
        may_see=creators,
    ),
    NavigationEntry(
        area="admin",
        label=_("Queues"),
        summary=_("Where tickets wait, and who may work on them."),
        url_name="admin_queues",
        icon="folder-tree",
        order=110,
        section=SECTION,
        may_see=administrators,
    ),
    NavigationEntry(
        area="admin",
        label=_("States"),
        summary=_("What a ticket can be: open, waiting, closed."),
        url_name="admin_states",
        icon="circle-dot",
        order=120,
        section=SECTION,
        may_see=administrators,
    ),
    NavigationEntry(
        area="admin",
        label=_("Priorities"),
        summary=_("How urgent a ticket is, and in which colour it is shown."),
        url_name="admin_priorities",
        icon="flag",
        order=130,
        section=SECTION,
        may_see=administrators,
    ),
    NavigationEntry(
        area="admin",
        label=_("Types"),
        summary=_("What kind of matter a ticket is: incident, request, whatever you tell apart."),
        url_name="admin_types",
        icon="tag",
        order=140,
        section=SECTION,
        may_see=administrators,
    ),
)
register_navigation(
    NavigationEntry(
        area="admin",
        label=_("Activities"),
        summary=_("On what time is spent, and whether it is billed."),
        url_name="admin_activities",
        icon="timer",
        order=150,
        section=SECTION,
        may_see=administrators,
    ),
)
register_navigation(
    NavigationEntry(
        area="admin",
        label=_("Shared views"),
        summary=_("Which lists of tickets people share, and with whom."),
        url_name="admin_views",
        icon="bookmark",
        order=155,
        section=SECTION,
        may_see=administrators,
    ),
)
register_user_menu(UserMenuEntry(label=_("My drafts"), url_name="draft_list", icon="pencil", order=15, may_see=agents))
register_panel(
    TicketPanel(name="absence", title=_("Out of office"), icon="calendar", draw=panels.absence, order=5),
    TicketPanel(name="customer", title=_("Customer"), icon="user", draw=panels.customer, order=10),
    TicketPanel(name="links", title=_("Linked tickets"), icon="link", draw=panels.links, order=60),
    TicketPanel(name="times", title=_("Time spent"), icon="timer", draw=panels.times, order=70),
    TicketPanel(name="participants", title=_("Participants"), icon="users", draw=panels.participants, order=85),
    TicketPanel(name="watchers", title=_("Watchers"), icon="eye", draw=panels.watchers, order=90),
)
register_article_action(
    ArticleAction(
        name="split",
        label=_("Split off a ticket"),
        icon="split",
        url_name="article_split",
        applies=_splits,
        docked=True,
        order=80,
    ),
    ArticleAction(
        name="visibility",
        label=_("Who reads it"),
        icon="eye",
        url_name="article_visibility",
        applies=_shows_and_hides,
        docked=True,
        order=90,
    ),
)
register_article_action(
    ArticleAction(
        name="unread",
        label=_("Unread from here"),
        icon="mail-open",
        url_name="article_unread",
        applies=_anybody,
        docked=True,
        order=95,
    )
)
register_token_scope(
    TokenScope(name="lists", label=_("Lists of tickets"), url_name="ticket_list"),
    TokenScope(name="times", label=_("Time spent"), url_name="times"),
)
register_undo_step(relations.UNMERGE, relations.unmerge)
register_list_column(ListColumn(key="pending", label=_("Pending until"), cells=_pending, sort="pending", order=10))
register_list_column(ListColumn(key="time", label=_("Time"), cells=_times, left_out=True, order=20))


def _places(person: Person) -> list[StartPlace]:
    """The list of tickets, whole and their own."""
    if not person.is_agent:
        return []
    everything = reverse("ticket_list")
    return [
        StartPlace(key="tickets", label=_("Tickets"), address=everything),
        StartPlace(key="tickets:mine", label=_("My tickets"), address=f"{everything}?view=mine"),
    ]


register_start_places("tickets", _places)


def _waits(name: str) -> Callable[[Visitor], int]:
    return lambda visitor: int(getattr(toolbar(visitor), name)) if isinstance(visitor, Actor) else 0


def _counter(name: str, label: Text, icon: str, query: str, *, urgent: bool = False) -> TopbarCounter:
    return TopbarCounter(
        label=label, counted=_("tickets"), url_name="ticket_list", icon=icon, count=_waits(name), most=MOST, query=query,
        left_out=True, urgent=urgent, order=10,
    )  # fmt: skip


register_topbar_counter(
    _counter("mine", _("My tickets"), "user", "?view=mine"),
    _counter("unread", _("Mine, unread"), "mail", "?view=mine&unread=yes"),
    _counter("watched", _("Watched by me"), "eye", "?view=watched"),
    _counter("reminded", _("Reminder reached"), "clock", "?view=reminded", urgent=True),
)
register_widgets("tickets", TicketWidgets())
