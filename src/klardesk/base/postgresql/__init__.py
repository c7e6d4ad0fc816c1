"""Django's PostgreSQL engine, with one thing quicker (see `base.py`)."""
