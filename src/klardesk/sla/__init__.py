"""Service levels: escalation clocks and their explanation."""
