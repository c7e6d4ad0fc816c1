"""Bring the HTML of articles up to the present cleaner: a sweep, for what older cleaners kept."""

from __future__ import annotations

from klardesk.access.actor import Actor
from klardesk.base import html, rows
from klardesk.jobs.registry import stop_asked
from klardesk.tickets import events
from klardesk.tickets.actions.change import changing, record
from klardesk.tickets.drafts import cleaned_html, content_digest
from klardesk.tickets.models import Article, Attachment

BATCH = 100


def run_cleaning() -> int:
    """Clean all that an older cleaner, or none, has been at; returns how many articles that were.

    What comes out the same is marked; a change is recorded in the ticket's history with the article's new digest, for
    the history tells what is stored. The mail's own bytes stay as they came. What is left when the desk stops is cleaned
    when shown, and taken up by the next round.
    """
    by, done = Actor.system("worker"), 0
    while batch := _older():
        brought_up = 0
        for article in batch:
            if stop_asked():
                return done + brought_up
            brought_up += _bring_up(article, cleaned_html(article)[0], by)
        done += brought_up
        if not brought_up:  # others are at them
            break
    return done


def _older() -> list[Article]:
    """Some articles of older cleaners; found by the index on the version, which is why the order is its own."""
    found = Article.objects.unscoped("cleaning sweep").filter(html_version__lt=html.VERSION)
    return list(found.select_related("ticket").order_by("html_version")[:BATCH])


def _bring_up(article: Article, cleaned: str, by: Actor) -> bool:
    """Under the ticket's lock, so that one of several workers does it, and no merge takes the article away meanwhile."""
    with changing(article.ticket, "note", by=by, merged_too=True) as ticket:
        fresh = Article.all_rows.filter(pk=article.pk, ticket=ticket, html=article.html).first()
        if fresh is None or fresh.html_version == html.VERSION:
            return False
        changed, fresh.html, fresh.html_version = fresh.html != cleaned, cleaned, html.VERSION
        rows.update(fresh, "html", "html_version")
        if changed:
            content = content_digest(fresh, Attachment.all_rows.filter(article=fresh).order_by("pk"))
            record(ticket, events.ArticleCleaned(fresh.pk, content, html.VERSION), by=by, save=False)
    return True
