"""Groups, roles and who holds which right on a group (contract 2.7). State only."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from klardesk.people.models import Company, Person

ADMIN_GROUP = "admin"
"""`builtin` of the group whose `rw` makes administrators."""
USERS_GROUP = "users"
"""`builtin` of the group of the first queues."""


class Right(models.TextChoices):
    """What a grant allows on the tickets of a group's queues; `rw` implies every other."""

    RO = "ro", _("Read")
    MOVE_INTO = "move_into", _("Move into")
    CREATE = "create", _("Create")
    NOTE = "note", _("Note")
    OWNER = "owner", _("Owner")
    PRIORITY = "priority", _("Priority")
    RW = "rw", _("Read and write")


class Group(models.Model):
    """A set of rights' holders; every queue belongs to one. `builtin` marks the group whose `rw` makes administrators."""

    name = models.CharField(max_length=200, unique=True)
    comment = models.TextField(blank=True)
    builtin = models.CharField(max_length=20, blank=True)
    valid = models.BooleanField(default=True)
    factor_required = models.BooleanField(default=False)
    """Whether agents who hold a right on it need a second factor."""

    def __str__(self) -> str:
        return self.name


class Role(models.Model):
    """A named bundle of rights that agents are given together."""

    name = models.CharField(max_length=200, unique=True)
    comment = models.TextField(blank=True)
    valid = models.BooleanField(default=True)
    factor_required = models.BooleanField(default=False)
    """Whether its members need a second factor."""
    members = models.ManyToManyField(Person, through="RoleMembership", related_name="roles")

    def __str__(self) -> str:
        return self.name


class RoleMembership(models.Model):
    """An agent has a role."""

    role = models.ForeignKey(Role, on_delete=models.CASCADE, related_name="memberships")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="role_memberships")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["role", "person"], name="one_role_membership")]


class PersonGrant(models.Model):
    """A right on a group given to a person of either realm (an agent's rights, or a customer's)."""

    group = models.ForeignKey(Group, on_delete=models.CASCADE, related_name="person_grants")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="grants")
    right = models.CharField(max_length=40)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["person", "group", "right"], name="one_person_grant")]


class RoleGrant(models.Model):
    """A right on a group that everyone with the role holds."""

    group = models.ForeignKey(Group, on_delete=models.CASCADE, related_name="role_grants")
    role = models.ForeignKey(Role, on_delete=models.CASCADE, related_name="grants")
    right = models.CharField(max_length=40)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["role", "group", "right"], name="one_role_grant")]


class CompanyGrant(models.Model):
    """A right on a group that the customers of a company hold, on their own company's tickets or on other companies'."""

    class Context(models.TextChoices):
        """Whose tickets: those of the same company, or of any."""

        SAME = "same", _("Own company's tickets")
        OTHER = "other", _("Other companies' tickets")

    group = models.ForeignKey(Group, on_delete=models.CASCADE, related_name="company_grants")
    company = models.ForeignKey(Company, on_delete=models.CASCADE, related_name="grants")
    right = models.CharField(max_length=40)
    context = models.CharField(max_length=10, choices=Context.choices, default=Context.SAME)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["company", "group", "right", "context"], name="one_company_grant")
        ]
