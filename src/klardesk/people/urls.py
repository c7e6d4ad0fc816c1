"""Addresses of log-in, of one's own account, and of people's administration."""

from django.urls import path

from klardesk.people.models import Realm
from klardesk.people.pages import account, companies, log_in, passwords, persons

agents, customers = persons.AGENTS, persons.CUSTOMERS

urlpatterns = [
    path("login/", log_in.LogInPage.as_view(realm=Realm.AGENT), name="login"),
    path("customer/login/", log_in.LogInPage.as_view(realm=Realm.CUSTOMER), name="customer_login"),
    path("logout/", log_in.LogOutPage.as_view(), name="logout"),
    path("password/<str:token>/", passwords.LinkPage.as_view(), name="password_link"),
    path("account/", account.AccountPage.as_view(), name="account"),
    path("account/password/", account.PasswordPage.as_view(), name="account_password"),
    path("account/sessions/", account.SessionsPage.as_view(), name="account_sessions"),
    path("account/sessions/<str:name>/", account.SessionPage.as_view(), name="account_session"),
    path("admin/companies/", companies.ListPage.as_view(), name="admin_companies"),
    path("admin/companies/new/", companies.NewPage.as_view(), name="admin_company_new"),
    path("admin/companies/<int:pk>/", companies.EditPage.as_view(), name="admin_company"),
]
for kind in (agents, customers):
    base, name = f"admin/{kind.plural}/", f"admin_{kind.realm}"
    urlpatterns += [
        path(base, persons.ListPage.as_view(kind=kind), name=f"{name}s"),
        path(f"{base}new/", persons.NewPage.as_view(kind=kind), name=f"{name}_new"),
        path(f"{base}<int:pk>/", persons.EditPage.as_view(kind=kind), name=name),
        path(f"{base}<int:pk>/password/", persons.ResetPage.as_view(kind=kind), name=f"{name}_password"),
        path(f"{base}<int:pk>/sessions/", persons.SessionsPage.as_view(kind=kind), name=f"{name}_sessions"),
        path(f"{base}<int:pk>/validity/", persons.ValidityPage.as_view(kind=kind), name=f"{name}_validity"),
    ]
