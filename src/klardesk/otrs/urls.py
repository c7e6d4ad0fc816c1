"""Addresses of the reports of inspections."""

from django.urls import path

from klardesk.otrs import pages

urlpatterns = [
    path("admin/inspections/", pages.InspectionList.as_view(), name="admin_inspections"),
    path("admin/inspections/<str:report>/", pages.InspectionPage.as_view(), name="admin_inspection"),
    path("admin/inspections/<str:report>/<str:file>", pages.InspectionFile.as_view(), name="admin_inspection_file"),
]
