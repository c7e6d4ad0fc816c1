"""Addresses of mail: its administration, and what stands at an article."""

from django.urls import path

from klardesk.mail.filters import pages as filters
from klardesk.mail.keys import pages as keys
from klardesk.mail.log import pages as log
from klardesk.mail.oauth import pages as oauth
from klardesk.mail.pages import articles, new, outgoing, problems, protection, recipients, settings, writing

one = "tickets/<int:ticket_id>/articles/<int:article_id>/"
urlpatterns = [
    path("tickets/new/email/", new.MailTicket.as_view(), name="ticket_email"),
    path("tickets/new/recipients/", recipients.NewRecipients.as_view(), name="recipients_new"),
    path("tickets/<int:ticket_id>/recipients/", recipients.RecipientsPage.as_view(), name="recipients"),
    path(f"{one}reply/", writing.ReplyPage.as_view(), name="article_reply"),
    path(f"{one}forward/", writing.ForwardPage.as_view(), name="article_forward"),
    path(f"{one}outbound/", writing.OutboundPage.as_view(), name="article_outbound"),
    path(f"{one}rewrite/", writing.RewritePage.as_view(), name="article_rewrite"),
    path(f"{one}bounce/", writing.BouncePage.as_view(), name="article_bounce"),
    path(f"{one}stop/", articles.StopMail.as_view(), name="article_stop"),
    path(f"{one}headers/", articles.MailHeaders.as_view(), name="article_headers"),
    path(f"{one}raw.eml", articles.RawMail.as_view(), name="article_raw"),
    path(f"{one}log/", log.ArticleLog.as_view(), name="article_log"),
    path(f"{one}delivery/", articles.DeliveryPage.as_view(), name="article_delivery"),
    path(f"{one}protection/", protection.ProtectionPage.as_view(), name="article_protection"),
    path("admin/mailboxes/", settings.MailboxList.as_view(), name="admin_mailboxes"),
    path("admin/mailboxes/new/", settings.MailboxPage.as_view(), name="admin_mailbox_new"),
    path("admin/mailboxes/<int:key>/", settings.MailboxPage.as_view(), name="admin_mailbox"),
    path("admin/mailboxes/<int:key>/test/", settings.MailboxTest.as_view(), name="admin_mailbox_test"),
    path("admin/mailboxes/<int:key>/fetch/", settings.MailboxFetch.as_view(), name="admin_mailbox_fetch"),
    path("admin/outgoing-servers/", outgoing.OutgoingList.as_view(), name="admin_outgoing"),
    path("admin/outgoing-servers/new/", outgoing.OutgoingPage.as_view(), name="admin_outgoing_new"),
    path("admin/outgoing-servers/<int:key>/", outgoing.OutgoingPage.as_view(), name="admin_outgoing_server"),
    path("admin/outgoing-servers/<int:key>/test/", outgoing.OutgoingTest.as_view(), name="admin_outgoing_test"),
    path("admin/mail-connections/", oauth.ConnectionList.as_view(), name="admin_mail_connections"),
    path("admin/mail-connections/new/", oauth.ConnectionPage.as_view(), name="admin_mail_connection_new"),
    path("admin/mail-connections/return/", oauth.ConnectionReturn.as_view(), name="admin_mail_connection_return"),
    path("admin/mail-connections/<int:key>/", oauth.ConnectionPage.as_view(), name="admin_mail_connection"),
    path(
        "admin/mail-connections/<int:key>/sign-in/",
        oauth.ConnectionSignIn.as_view(),
        name="admin_mail_connection_sign_in",
    ),
    path("admin/mail-connections/<int:key>/test/", oauth.ConnectionTest.as_view(), name="admin_mail_connection_test"),
    path("admin/addresses/", settings.AddressList.as_view(), name="admin_addresses"),
    path("admin/addresses/new/", settings.AddressPage.as_view(), name="admin_address_new"),
    path("admin/addresses/<int:key>/", settings.AddressPage.as_view(), name="admin_address"),
    path("admin/addresses/queues/<int:key>/", settings.QueueSenderPage.as_view(), name="admin_queue_sender"),
    path(
        "admin/addresses/queues/<int:key>/protection/",
        keys.QueueProtectionPage.as_view(),
        name="admin_queue_protection",
    ),
    path("admin/mail-keys/", keys.KeyList.as_view(), name="admin_mail_keys"),
    path("admin/mail-keys/new/", keys.KeyNew.as_view(), name="admin_mail_key_new"),
    path("admin/mail-keys/<int:key>/", keys.KeyPage.as_view(), name="admin_mail_key"),
    path("admin/mail-keys/<int:key>/replace/", keys.KeyReplace.as_view(), name="admin_mail_key_replace"),
    path("admin/mail-keys/<int:key>/public/", keys.KeyFilePage.as_view(), name="admin_mail_key_public"),
    path("admin/mail-keys/<int:key>/delete/", keys.KeyDeletion.as_view(), name="admin_mail_key_delete"),
    path("admin/mail-filters/", filters.FilterList.as_view(), name="admin_mail_filters"),
    path("admin/mail-filters/new/", filters.FilterPage.as_view(), name="admin_mail_filter_new"),
    path("admin/mail-filters/try/", filters.FilterTrial.as_view(), name="admin_mail_filter_trial"),
    path("admin/mail-filters/<int:key>/", filters.FilterPage.as_view(), name="admin_mail_filter"),
    path("admin/mail-filters/<int:key>/order/", filters.FilterOrder.as_view(), name="admin_mail_filter_order"),
    path("admin/mail-filters/<int:key>/delete/", filters.FilterDeletion.as_view(), name="admin_mail_filter_delete"),
    path("admin/mail-log/", log.LogOverview.as_view(), name="admin_mail_log"),
    path("admin/mail-log/mails/", log.MailList.as_view(), name="admin_mail_log_mails"),
    path("admin/mail-log/in/<int:key>/", log.IncomingPage.as_view(), name="admin_mail_log_in"),
    path("admin/mail-log/out/<int:key>/", log.OutgoingPage.as_view(), name="admin_mail_log_out"),
    path("admin/mail-log/connections/", log.ConnectionList.as_view(), name="admin_mail_log_connections"),
    path("admin/mail-log/connections/<int:key>/", log.ConnectionPage.as_view(), name="admin_mail_log_connection"),
    path("admin/mail-problems/", problems.ProblemsPage.as_view(), name="admin_mail_problems"),
    path("admin/mail-problems/<int:key>/again/", problems.ProblemAgain.as_view(), name="admin_mail_problem_again"),
    path("admin/mail-problems/<int:key>/raw.eml", problems.ProblemRaw.as_view(), name="admin_mail_problem_raw"),
]
