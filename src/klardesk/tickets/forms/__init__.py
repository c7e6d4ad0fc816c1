"""What people enter about tickets, as clean values. Choices are limited to what the actor may choose."""

from klardesk.tickets.forms.bulk import BulkForm
from klardesk.tickets.forms.parts import (
    CustomerFields,
    OtherTicketMixin,
    PendingMixin,
    RichMixin,
    ThingField,
    TicketForm,
    TimeMixin,
    pending_field,
    text_field,
)
from klardesk.tickets.forms.properties import (
    ArchiveForm,
    CustomerForm,
    LockForm,
    MoveForm,
    NoteForm,
    OwnerForm,
    PriorityForm,
    ResponsibleForm,
    StateForm,
    TitleForm,
    TypeForm,
    WatchForm,
)
from klardesk.tickets.forms.relations import LinkForm, MergeForm, PhoneForm, SplitForm
from klardesk.tickets.forms.times import CorrectionForm, TimeForm

__all__ = [
    "ArchiveForm", "BulkForm", "CorrectionForm", "CustomerFields",
    "CustomerForm", "LinkForm", "LockForm", "MergeForm", "MoveForm", "NoteForm",
    "OtherTicketMixin", "OwnerForm", "PendingMixin", "PhoneForm", "PriorityForm", "ResponsibleForm", "RichMixin", "SplitForm",
    "StateForm", "ThingField", "TicketForm", "TimeForm", "TimeMixin", "TitleForm", "TypeForm", "WatchForm",
    "pending_field", "text_field",
]  # fmt: skip
