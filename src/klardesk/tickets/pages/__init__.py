"""The agents' pages of tickets. Each finds its rows through the actor, calls one action or query, and renders."""
