"""Addresses of the portal: of customers, of visitors without an account, of its administration."""

from django.urls import path

from klardesk.people.models import Realm
from klardesk.portal.pages import (
    access,
    closing,
    guest,
    log_in,
    look,
    new,
    people,
    printed,
    start,
    terms,
    ticket,
    ticket_links,
    tickets,
    web_forms,
)

one = "portal/tickets/<int:ticket_id>/"
opened = "guest/tickets/<int:ticket_id>/"
article = f"{one}articles/<int:article_id>/"

urlpatterns = [
    path("portal/", start.StartPage.as_view(), name="portal_start"),
    path("portal/tickets/", tickets.TicketsPage.as_view(), name="portal_tickets"),
    path("portal/tickets/new/", new.NewPage.as_view(), name="portal_new"),
    path(one, ticket.TicketPage.as_view(), name="portal_ticket"),
    path(f"{one}print/", printed.PrintPage.as_view(), name="portal_print"),
    path(f"{one}close/", closing.ClosePage.as_view(), name="portal_close"),
    path(f"{one}participants/", people.ParticipantsPage.as_view(), name="portal_participants"),
    path(f"{one}participants/<int:person_id>/", people.ParticipantPage.as_view(), name="portal_participant"),
    path(f"{article}html/", ticket.ArticleHtml.as_view(), name="portal_html"),
    path(f"{article}text/", ticket.ArticleText.as_view(), name="portal_text"),
    path(f"{article}files/<int:attachment_id>/", ticket.ArticleFile.as_view(), name="portal_file"),
    path("guest/<str:token>/", guest.OpenPage.as_view(), name="guest_open"),
    path(opened, guest.GuestTicket.as_view(), name="guest_ticket"),
    path(f"{opened}terms/", guest.GuestTerms.as_view(), name="guest_terms"),
    path(f"{opened}articles/<int:article_id>/html/", guest.GuestHtml.as_view(), name="guest_html"),
    path(f"{opened}articles/<int:article_id>/text/", guest.GuestText.as_view(), name="guest_text"),
    path(f"{opened}articles/<int:article_id>/files/<int:attachment_id>/", guest.GuestFile.as_view(), name="guest_file"),
    path("tickets/<int:ticket_id>/guest-links/", ticket_links.LinksPage.as_view(), name="ticket_guest_links"),
    path(
        "tickets/<int:ticket_id>/guest-links/<int:link_id>/", ticket_links.LinkPage.as_view(), name="ticket_guest_link"
    ),
    path("portal/terms/", terms.TermsPage.as_view(), name="portal_terms"),
    path("portal/register/", access.RegisterPage.as_view(), name="portal_register"),
    path("portal/register/<str:token>/", access.RegistrationPage.as_view(), name="portal_registration"),
    path("portal/look/<str:colour>.css", look.style_page, name="portal_style"),
    path("portal/look/<str:name>", look.logo_page, name="portal_logo"),
    path("customer/login/link/", log_in.AskLogInPage.as_view(), name="portal_log_in_ask"),
    path("customer/login/link/<str:token>/", log_in.LogInByLink.as_view(), name="portal_log_in"),
    path("login/forgotten/", access.ForgottenPage.as_view(realm=Realm.AGENT), name="password_forgotten"),
    path(
        "customer/login/forgotten/",
        access.ForgottenPage.as_view(realm=Realm.CUSTOMER),
        name="customer_password_forgotten",
    ),
    path("form/<slug:name>/", web_forms.FormPage.as_view(), name="web_form"),
    path("admin/portal/", look.LookPage.as_view(), name="admin_portal"),
    path("admin/terms/", terms.TermsAdminPage.as_view(), name="admin_terms"),
    path("admin/web-forms/", web_forms.WebFormList.as_view(), name="admin_web_forms"),
    path("admin/web-forms/new/", web_forms.WebFormSettings.as_view(), name="admin_web_form_new"),
    path("admin/web-forms/<int:key>/", web_forms.WebFormSettings.as_view(), name="admin_web_form"),
]
