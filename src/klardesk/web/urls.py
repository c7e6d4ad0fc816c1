"""Addresses of the web app: static files, and the developers' page of components (found with DEBUG on only)."""

from django.conf import settings
from django.urls import path

from klardesk.web import pages, static_files

urlpatterns = [
    path(settings.STATIC_URL.lstrip("/") + "<path:name>", static_files.serve, name="static"),
    path("design", pages.design, name="design"),
    path("design/mail", pages.design_mail, name="design_mail"),
]
