"""Addresses of the texts' administration."""

from django.urls import path

from klardesk.texts import pages

urlpatterns = [
    path("admin/texts/", pages.TextsPage.as_view(), name="admin_texts"),
    path("admin/texts/salutations/new/", pages.SalutationPage.as_view(), name="admin_salutation_new"),
    path("admin/texts/salutations/<int:key>/", pages.SalutationPage.as_view(), name="admin_salutation"),
    path("admin/texts/signatures/new/", pages.SignaturePage.as_view(), name="admin_signature_new"),
    path("admin/texts/signatures/<int:key>/", pages.SignaturePage.as_view(), name="admin_signature"),
    path("admin/texts/answers/new/", pages.AutoResponsePage.as_view(), name="admin_auto_response_new"),
    path("admin/texts/answers/<int:key>/", pages.AutoResponsePage.as_view(), name="admin_auto_response"),
    path("admin/texts/templates/new/", pages.TemplatePage.as_view(), name="admin_template_new"),
    path("admin/texts/templates/<int:key>/", pages.TemplatePage.as_view(), name="admin_template"),
    path("admin/texts/queues/<int:key>/", pages.QueueTextsPage.as_view(), name="admin_queue_texts"),
]
