"""Addresses that open pages ask by themselves."""

from django.urls import path

from klardesk.live import pages

urlpatterns = [
    path("counters/", pages.Counters.as_view(), name="counters"),
    path("tickets/<int:ticket_id>/presence/", pages.PresencePage.as_view(), name="ticket_presence"),
]
