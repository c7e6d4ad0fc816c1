"""Addresses of tickets: nouns, each with GET and POST."""

from django.urls import path

from klardesk.tickets.pages import articles, changes, history, lists, phone, relations, settings, ticket, times

one = "tickets/<int:ticket_id>/"
article = f"{one}articles/<int:article_id>/"

urlpatterns = [
    path("tickets/", lists.TicketList.as_view(), name="ticket_list"),
    path("tickets/queues/", lists.QueueTree.as_view(), name="queue_tree"),
    path("tickets/customers/", phone.CustomerSearch.as_view(), name="customer_search"),
    path("tickets/times/", times.TimesReport.as_view(), name="times"),
    path("tickets/new/phone/", phone.PhoneTicket.as_view(), name="ticket_phone"),
    path(one, ticket.TicketPage.as_view(), name="ticket"),
    path(f"{one}history/", history.TicketHistory.as_view(), name="ticket_history"),
    path(f"{one}note/", changes.NotePage.as_view(), name="ticket_note"),
    path(f"{one}state/", changes.StatePage.as_view(), name="ticket_state"),
    path(f"{one}queue/", changes.QueuePage.as_view(), name="ticket_queue"),
    path(f"{one}priority/", changes.PriorityPage.as_view(), name="ticket_priority"),
    path(f"{one}type/", changes.TypePage.as_view(), name="ticket_type"),
    path(f"{one}owner/", changes.OwnerPage.as_view(), name="ticket_owner"),
    path(f"{one}responsible/", changes.ResponsiblePage.as_view(), name="ticket_responsible"),
    path(f"{one}lock/", changes.LockPage.as_view(), name="ticket_lock"),
    path(f"{one}title/", changes.TitlePage.as_view(), name="ticket_title"),
    path(f"{one}customer/", changes.CustomerPage.as_view(), name="ticket_customer"),
    path(f"{one}watch/", changes.WatchPage.as_view(), name="ticket_watch"),
    path(f"{one}times/", times.TimesPage.as_view(), name="ticket_times"),
    path(f"{one}times/<int:entry_id>/", times.TimePage.as_view(), name="ticket_time"),
    path(f"{one}merge/", relations.MergePage.as_view(), name="ticket_merge"),
    path(f"{one}links/", relations.LinksPage.as_view(), name="ticket_links"),
    path(f"{one}links/<int:link_id>/", relations.LinkPage.as_view(), name="ticket_link"),
    path(f"{article}html/", articles.ArticleHtml.as_view(), name="article_html"),
    path(f"{article}text/", articles.ArticleText.as_view(), name="article_text"),
    path(f"{article}split/", relations.SplitPage.as_view(), name="article_split"),
    path(f"{article}visibility/", articles.VisibilityPage.as_view(), name="article_visibility"),
    path(f"{article}attachments/<int:attachment_id>/", articles.ArticleAttachment.as_view(), name="article_attachment"),
    path("admin/queues/", settings.QueueList.as_view(), name="admin_queues"),
    path("admin/queues/new/", settings.QueueSettings.as_view(), name="admin_queue_new"),
    path("admin/queues/<int:key>/", settings.QueueSettings.as_view(), name="admin_queue"),
    path("admin/states/", settings.StateList.as_view(), name="admin_states"),
    path("admin/states/new/", settings.StateSettings.as_view(), name="admin_state_new"),
    path("admin/states/<int:key>/", settings.StateSettings.as_view(), name="admin_state"),
    path("admin/priorities/", settings.PriorityList.as_view(), name="admin_priorities"),
    path("admin/priorities/new/", settings.PrioritySettings.as_view(), name="admin_priority_new"),
    path("admin/priorities/<int:key>/", settings.PrioritySettings.as_view(), name="admin_priority"),
    path("admin/activities/", settings.ActivityList.as_view(), name="admin_activities"),
    path("admin/activities/new/", settings.ActivitySettings.as_view(), name="admin_activity_new"),
    path("admin/activities/<int:key>/", settings.ActivitySettings.as_view(), name="admin_activity"),
    path("admin/types/", settings.TypeList.as_view(), name="admin_types"),
    path("admin/types/new/", settings.TypeSettings.as_view(), name="admin_type_new"),
    path("admin/types/<int:key>/", settings.TypeSettings.as_view(), name="admin_type"),
]
