"""Every verb that changes a ticket: policy first, one transaction, one event on each history it touches."""

from klardesk.tickets.actions.archive import (
    archive_ticket,
    archive_unchanged,
    run_archive,
    unarchive_all,
    unarchive_ticket,
)
from klardesk.tickets.actions.articles import add_article, change_visibility, rewrite_article
from klardesk.tickets.actions.bulk import BulkChange, apply_bulk, forget_bulk_runs, undo_bulk
from klardesk.tickets.actions.cleaning import run_cleaning
from klardesk.tickets.actions.create import create_ticket
from klardesk.tickets.actions.delete import delete_ticket
from klardesk.tickets.actions.drafts import discard_draft, discard_draft_row, forget_old_drafts, save_draft
from klardesk.tickets.actions.follow_up import follow_up
from klardesk.tickets.actions.links import link_tickets, unlink_tickets
from klardesk.tickets.actions.lock import lock_ticket, unlock_ticket
from klardesk.tickets.actions.mention import mention_people, mentioned_in
from klardesk.tickets.actions.merge import merge_ticket
from klardesk.tickets.actions.move import move_ticket
from klardesk.tickets.actions.participants import add_participant, remove_participant
from klardesk.tickets.actions.pending import run_pending
from klardesk.tickets.actions.properties import (
    Changes,
    apply_changes,
    change_customer,
    change_owner,
    change_priority,
    change_responsible,
    change_state,
    change_title,
    change_type,
)
from klardesk.tickets.actions.seen import close_tab, close_tabs, open_tab, see_ticket, unsee_ticket
from klardesk.tickets.actions.setup import (
    change_activity,
    change_priority_settings,
    change_queue,
    change_state_settings,
    change_type_settings,
    create_activity,
    create_priority,
    create_queue,
    create_state,
    create_type,
)
from klardesk.tickets.actions.split import split_ticket
from klardesk.tickets.actions.times import add_time, correct_time
from klardesk.tickets.actions.unlock import run_unlock, unlock_clock
from klardesk.tickets.actions.unmerge import unmerge_ticket
from klardesk.tickets.actions.views import choose_columns, choose_start, delete_view, save_view
from klardesk.tickets.actions.watch import unwatch_ticket, watch_ticket

__all__ = [
    "BulkChange",
    "Changes",
    "add_article",
    "add_participant",
    "add_time",
    "apply_bulk",
    "apply_changes",
    "archive_ticket",
    "archive_unchanged",
    "change_activity",
    "change_customer",
    "change_owner",
    "change_priority",
    "change_priority_settings",
    "change_queue",
    "change_responsible",
    "change_state",
    "change_state_settings",
    "change_title",
    "change_type",
    "change_type_settings",
    "change_visibility",
    "choose_columns",
    "choose_start",
    "close_tab",
    "close_tabs",
    "correct_time",
    "create_activity",
    "create_priority",
    "create_queue",
    "create_state",
    "create_ticket",
    "create_type",
    "delete_ticket",
    "delete_view",
    "discard_draft",
    "discard_draft_row",
    "follow_up",
    "forget_bulk_runs",
    "forget_old_drafts",
    "link_tickets",
    "lock_ticket",
    "mention_people",
    "mentioned_in",
    "merge_ticket",
    "move_ticket",
    "open_tab",
    "remove_participant",
    "rewrite_article",
    "run_archive",
    "run_cleaning",
    "run_pending",
    "run_unlock",
    "save_draft",
    "save_view",
    "see_ticket",
    "split_ticket",
    "unarchive_all",
    "unarchive_ticket",
    "undo_bulk",
    "unlink_tickets",
    "unlock_clock",
    "unlock_ticket",
    "unmerge_ticket",
    "unsee_ticket",
    "unwatch_ticket",
    "watch_ticket",
]  # fmt: skip
