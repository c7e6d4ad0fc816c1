"""`klardesk up`: prepare the installation, then keep web, worker and mail fetcher running until told to stop."""
