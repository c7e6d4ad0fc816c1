"""Verbs that change groups, roles and rights."""

from klardesk.access.actions.first import FIRST_LOGIN, first_administrator
from klardesk.access.actions.groups import change_group, create_group
from klardesk.access.actions.rights import Demand, NoAdministratorLeft, grant_right, revoke_right, set_rights
from klardesk.access.actions.roles import change_role, create_role, set_role_members

__all__ = [
    "FIRST_LOGIN",
    "Demand",
    "NoAdministratorLeft",
    "change_group",
    "change_role",
    "create_group",
    "create_role",
    "first_administrator",
    "grant_right",
    "revoke_right",
    "set_rights",
    "set_role_members",
]
