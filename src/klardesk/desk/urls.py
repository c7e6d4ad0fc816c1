"""Addresses of what spans domains."""

from django.urls import path

from klardesk.desk import pages, palette, shortcuts

urlpatterns = [
    path("", pages.StartPage.as_view(), name="start"),
    path("dashboard/", pages.Arrangement.as_view(), name="dashboard"),
    path("dashboard/widgets/", pages.WidgetBodies.as_view(), name="widgets"),
    path("dashboard/widgets/<str:key>/", pages.WidgetPage.as_view(), name="widget"),
    path("palette/", palette.PalettePage.as_view(), name="palette"),
    path("shortcuts/", shortcuts.ShortcutsPage.as_view(), name="shortcuts"),
]
