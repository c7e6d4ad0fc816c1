"""Damaged mails, the same ones for the same seed."""

from __future__ import annotations

from random import Random

from tests.mail.samples import BOUNCE, GERMAN, JAPANESE, TROUBLE

SEEDS = (GERMAN, JAPANESE, BOUNCE)
LONGEST = 200_000
"""Bytes of a mail that is still made longer."""


def one(seed: int, number: int) -> bytes:
    """The mail of this number; it depends on the seed and the number alone, so that it can be made again."""
    random = Random(f"{seed}/{number}")
    raw = random.choice(SEEDS)
    for _change in range(random.randint(1, 8)):
        raw = _changed(raw, random)
    return raw


def _changed(raw: bytes, random: Random) -> bytes:
    at, to = sorted((random.randint(0, len(raw)), random.randint(0, len(raw))))
    middle = random.choice((random.choice(TROUBLE), random.randbytes(random.randint(0, 8)), raw[at:to]))
    if random.random() < 0.05 and len(raw) < LONGEST:
        middle *= random.randint(2, 2000)
    return raw[:at] + middle[:LONGEST] + raw[at if random.random() < 0.5 else to :]
