"""Many mails in and out through real servers while connections break and processes are killed; then everything is counted."""
