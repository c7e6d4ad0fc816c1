"""What the lists of the administration have in common."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Page, Paginator
from django.http import HttpRequest

PER_PAGE = 50


def page_of(request: HttpRequest, rows: Any) -> Page[Any]:
    """The page asked for by `?page=`; the nearest one that there is."""
    return Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))


def words_of(request: HttpRequest) -> str:
    """What the search of the list asks for by `?q=`."""
    return request.GET.get("q", "").replace("\0", "").strip()[:200]
