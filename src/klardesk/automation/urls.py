"""Addresses of notifications."""

from django.urls import path

from klardesk.automation import pages

urlpatterns = [
    path("notifications/", pages.NotificationList.as_view(), name="notification_list"),
    path("notifications/<int:pk>/", pages.NotificationPage.as_view(), name="notification"),
    path("account/notifications/", pages.ChoicePage.as_view(), name="account_notifications"),
]
