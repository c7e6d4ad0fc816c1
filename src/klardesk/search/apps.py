"""Search: one interface over SQLite's FTS5 and PostgreSQL's tsvector."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SearchConfig(AppConfig):
    """The search domain."""

    name = "klardesk.search"
    label = "search"
    verbose_name = "Search"

    def ready(self) -> None:
        """Declare options and sweeps, follow the events of tickets and fields, fill the search box and the filters of lists."""
        from klardesk.search import index, list_filters, options, renamed, retitled, tasks  # noqa: F401
        from klardesk.web.shortcuts import EVERYWHERE
        from klardesk.web.slots import SearchBox, Shortcut, register_search_box, register_shortcut

        index.follow()
        renamed.follow()
        retitled.follow()
        list_filters.register()
        register_search_box(
            SearchBox(
                area="desk", label=_("Search tickets, customers, companies"), url_name="search",
                suggestions="search_suggestions",
            )
        )  # fmt: skip
        register_shortcut(Shortcut(name="search", keys="/", label=_("Search"), section=EVERYWHERE, order=10))
