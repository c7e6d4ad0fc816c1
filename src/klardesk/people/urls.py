"""Addresses of log-in, of one's own account, and of people's administration."""

from django.urls import path

from klardesk.people.models import Realm
from klardesk.people.pages import (
    account,
    companies,
    factors,
    issued_tokens,
    log_in,
    passwords,
    persons,
    second_step,
    tokens,
)

agents, customers = persons.AGENTS, persons.CUSTOMERS

urlpatterns = [
    path("login/", log_in.LogInPage.as_view(realm=Realm.AGENT), name="login"),
    path("customer/login/", log_in.LogInPage.as_view(realm=Realm.CUSTOMER), name="customer_login"),
    path("login/factor/", second_step.FactorPage.as_view(), name="login_factor"),
    path("login/passkey/", second_step.PasskeyPage.as_view(), name="login_passkey"),
    path("login/passkey/options/", second_step.PasskeyOptions.as_view(), name="login_passkey_options"),
    path("logout/", log_in.LogOutPage.as_view(), name="logout"),
    path("password/<str:token>/", passwords.LinkPage.as_view(), name="password_link"),
    path("account/", account.AccountPage.as_view(), name="account"),
    path("account/tokens/", tokens.TokensPage.as_view(), name="account_tokens"),
    path("account/tokens/<int:key>/", tokens.TokenPage.as_view(), name="account_token"),
    path("account/appearance/", account.AppearancePage.as_view(), name="account_appearance"),
    path("account/absence/", account.AbsencePage.as_view(), name="account_absence"),
    path("account/password/", account.PasswordPage.as_view(), name="account_password"),
    path("account/sessions/", account.SessionsPage.as_view(), name="account_sessions"),
    path("account/sessions/<str:name>/", account.SessionPage.as_view(), name="account_session"),
    path("account/factors/", factors.FactorsPage.as_view(), name="account_factors"),
    path("account/factors/totp/", factors.TotpPage.as_view(), name="account_totp"),
    path("account/factors/recovery/", factors.RecoveryPage.as_view(), name="account_recovery_codes"),
    path("account/factors/passkeys/", factors.PasskeysPage.as_view(), name="account_passkeys"),
    path("account/factors/passkeys/options/", factors.PasskeyOptions.as_view(), name="account_passkey_options"),
    path("account/factors/passkeys/<int:pk>/", factors.PasskeyPage.as_view(), name="account_passkey"),
    path("admin/companies/", companies.ListPage.as_view(), name="admin_companies"),
    path("admin/companies/new/", companies.NewPage.as_view(), name="admin_company_new"),
    path("admin/companies/<int:pk>/", companies.EditPage.as_view(), name="admin_company"),
    path("admin/tokens/", issued_tokens.ListPage.as_view(), name="admin_tokens"),
    path("admin/tokens/<int:key>/", issued_tokens.TokenPage.as_view(), name="admin_token"),
]
for kind in (agents, customers):
    base, name = f"admin/{kind.plural}/", f"admin_{kind.realm}"
    urlpatterns += [
        path(base, persons.ListPage.as_view(kind=kind), name=f"{name}s"),
        path(f"{base}new/", persons.NewPage.as_view(kind=kind), name=f"{name}_new"),
        path(f"{base}<int:pk>/", persons.EditPage.as_view(kind=kind), name=name),
        path(f"{base}<int:pk>/password/", persons.ResetPage.as_view(kind=kind), name=f"{name}_password"),
        path(f"{base}<int:pk>/factors/", persons.FactorsPage.as_view(kind=kind), name=f"{name}_factors"),
        path(f"{base}<int:pk>/sessions/", persons.SessionsPage.as_view(kind=kind), name=f"{name}_sessions"),
        path(f"{base}<int:pk>/validity/", persons.ValidityPage.as_view(kind=kind), name=f"{name}_validity"),
    ]
