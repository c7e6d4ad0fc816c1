"""Paths of the administration's own pages."""

from django.urls import path

from klardesk.admin.pages import first_run, options, start, system

urlpatterns = [
    path("admin/", start.start_page, name="admin_start"),
    path("admin/first-run/", first_run.FirstRunPage.as_view(), name="admin_first_run"),
    path("admin/first-run/<slug:name>/", first_run.StepPage.as_view(), name="admin_first_run_step"),
    path("admin/options/", options.OptionsPage.as_view(), name="admin_options"),
    path("admin/options/<slug:section>/", options.OptionsPage.as_view(), name="admin_options_of"),
    path("admin/system/", system.system_page, name="admin_system"),
]
