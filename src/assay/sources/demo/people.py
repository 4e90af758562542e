"""The invented customers."""

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from assay.sources.demo.texts import LANGUAGES, tongue, world

_SHARES = (0.48, 0.32, 0.20)


@dataclass(frozen=True, slots=True)
class Customer:
    """A customer. ``plan`` indexes the price list; ``manner`` is tidy, casual or sloppy."""

    id: str
    language: str
    first: str
    last: str
    number: str
    city: str
    street: str
    iban: str
    plan: int
    since: date
    manner: str


def customers(seed: str, count: int, before: date) -> list[Customer]:
    """That many customers, who all joined at least fifteen months before the given day."""
    rng = Random(f"{seed}|people")  # noqa: S311 - repeatable on purpose
    return [_customer(rng, before) for _ in range(count)]


def _customer(rng: Random, before: date) -> Customer:
    language = rng.choices(LANGUAGES, _SHARES)[0]
    phrases = tongue(language).phrases
    house = rng.randint(1, 88)
    street = rng.choice(phrases["streets"])
    return Customer(
        id=f"u-{rng.getrandbits(32):08x}",
        language=language,
        first=rng.choice(phrases["first_names"]),
        last=rng.choice(phrases["last_names"]),
        number=f"TW-{rng.randrange(10**7, 10**8)}",
        city=rng.choice(phrases["cities"]),
        street=f"{house} {street}" if language == "en" else street,
        iban=f"{rng.randrange(1000, 10000)}",
        plan=rng.randint(1, len(world().plans) - 2),
        since=before - timedelta(days=rng.randint(460, 3200)),
        manner=rng.choices(("tidy", "casual", "sloppy"), (0.5, 0.36, 0.14))[0],
    )
