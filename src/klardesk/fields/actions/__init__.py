"""The verbs of fields: definitions and masks for administrators, values for whoever may change what they belong to."""

from klardesk.fields.actions.definitions import restore_field, retire_field, save_field, save_mask
from klardesk.fields.actions.values import (
    Values,
    begin_article_values,
    begin_values,
    change_article_values,
    change_company_values,
    change_person_values,
    change_values,
    forget_values,
)

__all__ = [
    "Values", "begin_article_values", "begin_values", "change_article_values", "change_company_values",
    "change_person_values", "change_values", "forget_values", "restore_field", "retire_field", "save_field", "save_mask",
]  # fmt: skip
