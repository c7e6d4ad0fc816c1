"""Addresses of what spans domains."""

from django.urls import path

from klardesk.desk import pages

urlpatterns = [
    path("", pages.StartPage.as_view(), name="start"),
    path("dashboard/", pages.Arrangement.as_view(), name="dashboard"),
    path("dashboard/widgets/<str:key>/", pages.WidgetPage.as_view(), name="widget"),
]
