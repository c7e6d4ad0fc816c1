"""Addresses of what spans domains."""

from django.urls import path

from klardesk.desk import pages

urlpatterns = [path("", pages.StartPage.as_view(), name="start")]
