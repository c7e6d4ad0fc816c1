"""How each agent arranged their start page. State only."""

from __future__ import annotations

from django.db import models

from klardesk.people.models import Person


class Dashboard(models.Model):
    """A person's start page: `layout` is a list of `[key of a widget, its width in sixths, whether it is shown]`, in order."""

    person = models.OneToOneField(Person, primary_key=True, on_delete=models.CASCADE, related_name="+")
    layout = models.JSONField(default=list)
