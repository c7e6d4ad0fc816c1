"""Who works at the demo desk, who writes to it, and where their matters wait."""

# ruff: noqa: E501 - what people write does not break at a column

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Firm:
    """A customer company with its people (first name, last name) and the language they write in."""

    number: str
    name: str
    domain: str
    language: str
    people: tuple[tuple[str, str], ...]


AGENTS = (
    ("Miriam", "Lang", "de"), ("Jonas", "Weber", "de"), ("Aylin", "Demir", "de"), ("Tobias", "Krüger", "de"),
    ("Emma", "Clarke", "en"), ("Daniel", "Okafor", "en"),
)  # fmt: skip

DOMAIN = "desk.example"
QUEUES = {
    "Support": "support",
    "Support::Hardware": "support",
    "Support::Software": "support",
    "Support::Network": "support",
    "Sales": "office",
    "Billing": "office",
    "Human Resources": "office",
    "Facilities": "office",
}
"""Queue names with the group that works there."""

FIRMS = (
    Firm("10021", "Möbelhaus Großmann GmbH", "grossmann-moebel.example", "de", (("Sabine", "Großmann"), ("Peter", "Hölzl"), ("Nina", "Schäfer"))),
    Firm("10034", "Stadtwerke Lindental", "stadtwerke-lindental.example", "de", (("Uwe", "Paulsen"), ("Katrin", "Voß"))),
    Firm("10047", "Praxis am Marktplatz", "praxis-markt.example", "de", (("Dr. Helena", "Ostermann"), ("Lukas", "Brenner"))),
    Firm("10052", "Bäckerei Sonnenkorn", "sonnenkorn.example", "de", (("Fatma", "Yıldız"), ("Georg", "Sauer"))),
    Firm("10063", "Spedition Nordwind KG", "nordwind-logistik.example", "de", (("Heiko", "Jansen"), ("Birte", "Petersen"), ("Marek", "Nowak"))),
    Firm("20011", "Harbour Lane Architects", "harbourlane.example", "en", (("Olivia", "Reed"), ("Samuel", "Hart"))),
    Firm("20018", "Bluebell Nurseries Ltd", "bluebell.example", "en", (("Grace", "Whitfield"), ("Tom", "Ashworth"))),
    Firm("20025", "Kestrel Instruments", "kestrel-instruments.example", "en", (("Priya", "Nair"), ("Alan", "McBride"), ("Chloé", "Martin"))),
)  # fmt: skip
