"""Findings about settings: why a value is unsafe, for each setting that a rule knows, in both tones: as shipped, and changed."""

from klardesk.otrs.inspect.catalogue import kind
from klardesk.otrs.inspect.findings import Confidence, Level
from klardesk.otrs.inspect.marking import marked as _

WHY: dict[str, str] = {
    "AdminSelectBox::AllowDatabaseModification": _(
        "Whoever may use the SQL box can change and delete any row, history included."
    ),
    "SecureMode": _("The web installer answers anybody, and can point the system at another database."),
    "SOAP::Password": _("The old RPC interface has a fixed password in the configuration."),
    "SOAP::User": _("The old RPC interface is on; it calls inner methods without asking for rights."),
    "SwitchToCustomer": _("Some agents can act as any customer, and it is recorded under the customer's name."),
    "SwitchToUser": _(
        "Administrators can act as any agent without a password, and it is recorded under that agent's name."
    ),
    "AuthModule::DB::CryptType": _(
        "Passwords of agents are stored in a way that is quickly guessed back from a copy of the database."
    ),
    "Customer::AuthModule::DB::CryptType": _(
        "Passwords of customers are stored in a way that is quickly guessed back from a copy of the database."
    ),
    "SendmailModule::CMD": _(
        "This command line is run for each mail that is sent; whoever can set it runs commands on the server."
    ),
    "TestMode": _("The mode for tests is on: checks are skipped that a live system needs."),
    "Package::AllowNotVerifiedPackages": _(
        "Packages that nobody signed can be installed, and a package runs its own code."
    ),
    "Ticket::Frontend::BlockLoadingRemoteContent": _(
        "When an agent opens a mail, pictures are fetched from the sender, who so learns that it was read, when, and from "
        "where."
    ),
    "SessionCSRFProtection": _("Another web page can send forms in the name of an agent who is logged in."),
    "SessionUseCookie": _(
        "The session's number stands in every address, and so in logs, bookmarks and forwarded links."
    ),
    "AuthModule::LDAP::Host": _("Agents' passwords cross the network unencrypted on their way to the directory."),
    "Customer::AuthModule::LDAP::Host": _(
        "Customers' passwords cross the network unencrypted on their way to the directory."
    ),
    "HttpType": _("The session's cookie is also sent over unencrypted connections, and links in mails lead there."),
    "WebUserAgent::DisableSSLVerification": _(
        "Outgoing encrypted connections accept any certificate, so anybody between can listen."
    ),
    "DisableContentSecurityPolicy": _(
        "Browsers are not told to stop scripts in mails; a script that slips through runs."
    ),
    "DisableIFrameOriginRestricted": _(
        "Another web page can show the system within itself and have people click in it unknowingly."
    ),
    "Frontend::Module###AdminSelectBox": _("Every administrator can read all tables, password hashes included."),
    "AuthTwoFactorModule": _("A stolen password is enough to log in as an agent."),
    "AuthTwoFactorModule::AllowEmptySecret": _("Agents who set up no second factor get in without one."),
    "CustomerPanelCreateAccount": _("Anybody who reaches the customers' page can make an account."),
    "CustomerPreferencesGroups###Password": _("Customers may choose short and simple passwords."),
    "PreferencesGroups###Password": _(
        "Agents may choose short and simple passwords, or guess without being locked out."
    ),
    "PGP::Options": _("The PGP keys lie in the program's own folder and get into its support bundles."),
    "SMIME::PrivatePath": _("The private S/MIME keys lie in the program's own folder."),
    "DemoSystem": _("The system is run as a demonstration: preferences are locked, and log-ins may be filled in."),
    "Frontend::AjaxDebug": _("Answers of the web pages, with the text of tickets, are written into the log."),
    "Frontend::DebugMode": _("Pages show their inner workings to those who use them."),
    "CloudServices::Disabled": _("The system may call its maker's servers and tell them about itself."),
    "Daemon::SchedulerCronTaskManager::Task###RegistrationUpdateSend": _(
        "Data about the system are sent to its maker regularly."
    ),
    "Package::EventModulePost###9000-SupportDataSend": _(
        "After each installation of a package, data about the system are sent to its maker."
    ),
    "Package::AllowLocalModifications": _(
        "Updates leave out files that were changed here, so that their fixes never arrive."
    ),
    "Package::FileUpload": _("An administrator can upload any package by hand, and a package runs its own code."),
    "Package::RepositoryAccessRegExp": _("Other hosts may fetch the installed packages from here."),
    "Package::RepositoryList": _(
        "Packages are fetched over unencrypted connections, where anybody between can exchange them."
    ),
    "Daemon::SchedulerCronTaskManager::Task###GenericInterfaceDebugLogCleanup": _(
        "The logs of web services, which hold whole requests, are never cleared."
    ),
    "Ticket::Frontend::CustomerDisableCompanyTicketAccess": _(
        "Customers see the tickets of everybody in their company."
    ),
    "DatabasePw": _("The password of the database is a well-known one, too short, or the same as the user's name."),
    "PGP::Key::Password": _("The pass phrases of the private keys stand in the configuration."),
    "SessionCheckRemoteIP": _("A stolen session can be used from anywhere."),
    "SessionDeleteIfNotRemoteID": _("A session that was used from a wrong address lives on."),
    "SessionMaxIdleTime": _("A workstation that nobody sits at stays logged in for very long."),
    "SessionMaxTime": _("A session lives very long, and so does a stolen one."),
    "SessionSameSite": _("The session's cookie goes along with requests that other web pages cause."),
    "HTTPSForceRedirect": _("Who comes by an unencrypted connection is not led to the encrypted one."),
    "SendmailModule": _("Mails, and the password of the mail server, may leave unencrypted."),
    "AttachmentDownloadType": _("Files from mails are opened within the system's own pages instead of being saved."),
    "WebUploadCacheModule": _("Uploaded files are parked in the file system; several known holes need just that."),
    "LogModule": _("The log is a file that the web server's user can change."),
    "MinimumLogLevel": _("Log-ins and refusals are not recorded."),
    "CustomerPanelCreateAccount::MailRestrictions::Whitelist": _(
        "Where customers can make accounts, addresses of any domain are taken."
    ),
    "CustomerPanelLostPassword": _(
        "Customers reset their password by mail; in releases with known holes this tells who has an account."
    ),
    "GenericInterface::Operation::Common::CachedAuth::AgentCacheTTL": _(
        "A web service takes a log-in for good for a while after the account was closed."
    ),
    "LostPassword": _("Agents reset their password by mail; in releases with known holes the link can be guessed."),
    "ProcessManagement::Transition::Debug::Enabled": _("Contents of tickets are written into the log."),
    "PostMasterMaxEmailSize": _("Very large mails are taken in, and can stop the others."),
    "Daemon::SchedulerCronTaskManager::Task###SupportDataCollectAsynchronous": _(
        "Data about host and database are gathered for support bundles, which have leaked secrets before."
    ),
    "DashboardBackend###0000-ProductNotify": _(
        "The start page asks the maker for news of the product and tells it the version."
    ),
    "DashboardBackend###0405-News": _("The start page fetches news from the maker at each log-in."),
    "CommunicationLog::PurgeAfterHours::AllCommunications": _(
        "The protocol of all mails, with addresses, is kept for very long."
    ),
    "Ticket::Frontend::CustomerTicketZoom###DisplayNoteFrom": _("Customers see the names of the agents in notes."),
    "SendmailModule::AuthPassword": _("The password of the mail account stands in the configuration."),
    "Daemon::SchedulerCronTaskManager::Task###SessionDeleteExpired": _("Old sessions are never cleared."),
    "SessionUseCookieAfterBrowserClose": _("The session's cookie stays on the machine when the browser is closed."),
    "DatabaseHost": _("The database is on another host; without encryption all tickets cross the network readable."),
    "AuthSyncModule": _("Rights come from a directory: who may write there decides who is an administrator here."),
    "AuthModule": _(
        "Agents are not checked by the system's own database but elsewhere; so its safety depends on that."
    ),
    "Customer::AuthModule": _(
        "Customers are not checked by the system's own database but elsewhere; so its safety depends on that."
    ),
    "WebUserAgent::Proxy": _("All outgoing web traffic passes through this host."),
    "Secure::DisableBanner": _("The log-in page tells everybody product and version."),
}
_OTHER = _("A rule of the data file calls this value unsafe.")
_REMEDY = _("A safe value of %(name)s: %(wanted)s. If there is a reason against it, write the reason down.")

for _name, _why in {**WHY, "*": _OTHER}.items():
    kind(
        f"settings.changed.{_name}",
        Level.MEDIUM,
        title=_("%(name)s was changed here to an unsafe value: %(value)s"),
        explanation=_why,
        remedy=_REMEDY,
    )
    kind(
        f"settings.default.{_name}",
        Level.LOW,
        title=_("%(name)s is as it was shipped, which is unsafe: %(value)s"),
        explanation=_why,
        remedy=_REMEDY,
    )

kind(
    "settings.unread",
    Level.INFO,
    confidence=Confidence.HINT,
    title=_("What %(name)s is can only be told by running the configuration"),
    explanation=_("Its value in %(file)s is computed by code, which an inspection does not run."),
    remedy=_("Look at the place yourself."),
)
kind(
    "settings.not-deployed",
    Level.LOW,
    title=_("%(name)s was saved, but another value is in force"),
    explanation=_("The database has a value for it that differs from the deployed file."),
    remedy=_("Deploy the configuration, or take the change back."),
)
kind(
    "settings.code",
    Level.MEDIUM,
    confidence=Confidence.LIKELY,
    title=_("%(path)s is read as configuration at each start, and the product did not write it"),
    explanation=_(
        "Every file of this folder is run as code. The product itself writes only a few, whose names are known."
    ),
    remedy=_("Ask who put it there. If it is needed, make its settings in the system configuration."),
)
