"""Background work of search."""

from __future__ import annotations

from datetime import timedelta

from klardesk.jobs.registry import stop_asked, sweep
from klardesk.search import forgetting, renamed, retitled
from klardesk.search.files import contents


@sweep(contents.SWEEP, every=timedelta(minutes=1))
def files() -> int:
    """Read the files of new articles, so that tickets are found by what stands in them."""
    return contents.run_reading(stop_asked)


@sweep("search.forget_files", every=timedelta(hours=12))
def forget_files() -> int:
    """Forget the texts of files that are gone."""
    return contents.forget()


@sweep(forgetting.SWEEP, every=timedelta(minutes=10))
def forget_words() -> int:
    """Forget words that stand in no document any more."""
    return forgetting.run_forgetting(stop_asked)


@sweep(renamed.SWEEP, every=timedelta(minutes=1))
def renamed_values() -> int:
    """Have tickets found by the names that their fields' values have now."""
    return renamed.run_renamed(stop_asked)


@sweep(retitled.SWEEP, every=timedelta(minutes=1))
def retitled_articles() -> int:
    """Have the articles of long tickets found by the title that their ticket has now."""
    return retitled.run_retitled(stop_asked)
