"""Addresses of search."""

from django.urls import path

from klardesk.search import pages

urlpatterns = [
    path("search/", pages.SearchPage.as_view(), name="search"),
    path("search/suggestions/", pages.Suggestions.as_view(), name="search_suggestions"),
]
