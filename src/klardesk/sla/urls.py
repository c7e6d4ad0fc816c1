"""Addresses of service levels."""

from django.urls import path

from klardesk.sla import pages, report_pages

urlpatterns = [
    path("tickets/due/", pages.DueList.as_view(), name="due_list"),
    path("tickets/sla/", report_pages.SLAReport.as_view(), name="sla_report"),
    path("tickets/<int:ticket_id>/service/", pages.ServicePage.as_view(), name="ticket_service"),
    path("tickets/<int:ticket_id>/due/", pages.DuePage.as_view(), name="ticket_due"),
    path("admin/services/", pages.ServiceList.as_view(), name="admin_services"),
    path("admin/services/new/", pages.ServiceSettings.as_view(), name="admin_service_new"),
    path("admin/services/<int:key>/", pages.ServiceSettings.as_view(), name="admin_service"),
    path("admin/slas/", pages.SLAList.as_view(), name="admin_slas"),
    path("admin/slas/new/", pages.SLASettings.as_view(), name="admin_sla_new"),
    path("admin/slas/<int:key>/", pages.SLASettings.as_view(), name="admin_sla"),
    path("admin/targets/", pages.TargetsList.as_view(), name="admin_targets"),
    path("admin/targets/<int:key>/", pages.QueueTargetsPage.as_view(), name="admin_queue_targets"),
    path("admin/escalation/", pages.RulesPage.as_view(), name="admin_escalation"),
]
