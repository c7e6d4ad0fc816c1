"""What notifications add to the shell and to the account page."""

from __future__ import annotations

from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _

from klardesk.access.actor import Actor
from klardesk.access.pages import DeskRequest
from klardesk.automation.pages import choice_form
from klardesk.automation.queries import MOST, unread_count
from klardesk.people.slots import AccountPanel, register_account_panel
from klardesk.web.shortcuts import GO
from klardesk.web.slots import Shortcut, TopbarCounter, Visitor, any_agent, register_shortcut, register_topbar_counter


def _unread(visitor: Visitor) -> int:
    return unread_count(visitor) if isinstance(visitor, Actor) else 0


def _choice(request: DeskRequest) -> str:
    return render_to_string("automation/choice_form.html", {"form": choice_form(request)}, request=request)


register_topbar_counter(
    TopbarCounter(
        label=_("Notifications"),
        counted=_("unread"),
        url_name="notification_list",
        icon="bell",
        count=_unread,
        most=MOST,
    )
)
register_shortcut(Shortcut(name="notification_list", keys="g n", label=_("Notifications"), section=GO, order=130))
register_account_panel(
    AccountPanel(name="notifications", title=_("Notifications"), icon="bell", draw=_choice, may_see=any_agent)
)
