"""Addresses of fields."""

from django.urls import path

from klardesk.fields import pages
from klardesk.fields.ticket_page import FieldsPage

urlpatterns = [
    path("admin/fields/", pages.FieldList.as_view(), name="admin_fields"),
    path("admin/fields/new/", pages.FieldPage.as_view(), name="admin_field_new"),
    path("admin/fields/export/", pages.FieldsExport.as_view(), name="admin_fields_export"),
    path("admin/fields/import/", pages.FieldsImport.as_view(), name="admin_fields_import"),
    path("admin/fields/<int:key>/", pages.FieldPage.as_view(), name="admin_field"),
    path("admin/fields/<int:key>/validity/", pages.FieldValidity.as_view(), name="admin_field_validity"),
    path("admin/fields/masks/<slug:mask>/", pages.MaskPage.as_view(), name="admin_field_mask"),
    path("tickets/<int:ticket_id>/fields/", FieldsPage.as_view(), name="ticket_fields"),
]
