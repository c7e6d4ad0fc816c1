"""Pages of people: log-in, one's own account, administration."""
