"""Addresses of the calendars' administration."""

from django.urls import path

from klardesk.calendars import pages

one = "admin/calendars/<int:key>/"

urlpatterns = [
    path("admin/calendars/", pages.CalendarList.as_view(), name="admin_calendars"),
    path("admin/calendars/new/", pages.CalendarPage.as_view(), name="admin_calendar_new"),
    path(one, pages.CalendarPage.as_view(), name="admin_calendar"),
    path(f"{one}holidays/", pages.HolidaysPage.as_view(), name="admin_calendar_holidays"),
    path(f"{one}fill/", pages.FillPage.as_view(), name="admin_calendar_fill"),
    path(f"{one}trial/", pages.TrialPage.as_view(), name="admin_calendar_trial"),
]
