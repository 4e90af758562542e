"""What is the case for one customer on one day: amounts, dates, numbers. And how each language says it."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from random import Random
from typing import NamedTuple

from pydantic import JsonValue

from assay.sources.demo.people import Customer
from assay.sources.demo.texts import Scenario, tongue, world


class Money(NamedTuple):
    """An amount in euros."""

    euros: float


class Rate(NamedTuple):
    """A price of electricity in cent per kWh."""

    cents: float


class Month(NamedTuple):
    """A calendar month, 1 to 12."""

    number: int


Value = str | int | float | bool | date | Money | Rate | Month
Facts = Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Situation:
    """The facts of one session, and the name of the fee asked about (it differs by language)."""

    facts: Facts
    fee: str
    rate: str


def said(value: Value, language: str) -> str:
    """The value as that language writes it."""
    if isinstance(value, Money):
        return _decimal(value.euros, 2, language, "€{}", "{} €")
    if isinstance(value, Rate):
        return _decimal(value.cents, 1, language, "{} ct/kWh", "{} ct/kWh")
    if isinstance(value, float):
        return _decimal(value, 1, language, "{}", "{}")
    if isinstance(value, date):
        return _day(value, language)
    if isinstance(value, Month):
        return tongue(language).phrases["months"][value.number - 1]
    return str(value)


def _decimal(number: float, places: int, language: str, english: str, other: str) -> str:
    text = f"{number:.{places}f}"
    return english.format(text) if language == "en" else other.format(text.replace(".", ","))


def _day(day: date, language: str) -> str:
    month = tongue(language).phrases["months"][day.month - 1]
    if language == "de":
        return f"{day.day}. {month}"
    if language == "fr" and day.day == 1:
        return f"1er {month}"
    return f"{day.day} {month}"


def as_json(value: Value) -> JsonValue:
    """The value as a tool's arguments and results carry it."""
    if isinstance(value, Money):
        return round(value.euros, 2)
    if isinstance(value, Rate):
        return value.cents
    if isinstance(value, Month):
        return value.number
    return value.isoformat() if isinstance(value, date) else value


@cache
def house_words(language: str) -> Mapping[str, str]:
    """Prices, rates and rules in words, the same for every customer; ``old_…`` is the former price list."""
    here = world()
    words: dict[str, str] = {"site": here.site}
    for key, (now, old) in here.money.items():
        words[key], words[f"old_{key}"] = said(Money(now), language), said(Money(old), language)
    for key, (now, old) in here.rates.items():
        words[key], words[f"old_{key}"] = said(Rate(now), language), said(Rate(old), language)
    words.update({key: str(values[0]) for key, values in here.terms.items()})
    return words


class Words:
    """Every slot of the demo's texts in one language, for one situation; each is worded when it is asked for."""

    def __init__(self, situation: Situation, language: str, instead: Mapping[str, str] | None = None) -> None:
        self._situation = situation
        self._language = language
        self._instead = instead or {}

    def but(self, instead: Mapping[str, str]) -> "Words":
        """The same words but for these."""
        return Words(self._situation, self._language, {**self._instead, **instead})

    def __getitem__(self, slot: str) -> str:
        """The word for a slot. Raises KeyError when there is none."""
        if slot in self._instead:
            return self._instead[slot]
        if slot in self._situation.facts:
            return said(self._situation.facts[slot], self._language)
        tables = tongue(self._language).tables
        if slot in ("fee_name", "fee_name_plain", "fee_free"):
            return tables[slot][self._situation.fee]
        if slot == "tariff_note":
            return tables[slot][self._situation.rate].format_map(house_words(self._language))
        return house_words(self._language)[slot]


def draw_situation(rng: Random, customer: Customer, day: date) -> Situation:
    """What is the case for this customer on that day."""
    here = world()
    tariff, addon = rng.choice(here.tariffs), rng.choice(here.addons)
    fee = rng.choice(("fee_technician", "fee_express", "fee_router", "fee_activation"))
    facts: dict[str, Value] = {
        "first": customer.first,
        "last": customer.last,
        "number": customer.number,
        "city": customer.city,
        "street": customer.street,
        "since": customer.since,
        "since_year": customer.since.year,
        "iban": customer.iban,
        "she": rng.choice(("she", "he")),
        "tariff": tariff["name"],
        "rate": Rate(here.rates[tariff["rate"]][0]),
        "base": Money(here.money[tariff["base"]][0]),
        "addon": addon["name"],
        "addon_price": Money(here.money[addon["price"]][0]),
        "fee_ask": Money(here.money[fee][0]),
    }
    facts.update(_plans(rng, customer))
    facts.update(_dates(rng, day))
    facts.update(_numbers(rng, day))
    hours = rng.choice((51, 53, 56, 60, 62, 66, 70, 75, 80, 94))
    facts.update(_sums(rng, customer.plan, here.money[addon["price"]][0], hours))
    return Situation(facts, fee, tariff["rate"])


def _plans(rng: Random, customer: Customer) -> dict[str, Value]:
    last = len(world().plans) - 1
    a, b = sorted(rng.sample(range(last + 1), 2))
    picked = {
        "now": customer.plan,
        "up": rng.randint(customer.plan + 1, last),
        "down": rng.randrange(customer.plan),
        "ask": rng.randint(0, last),
        "a": a,
        "b": b,
    }
    if picked["ask"] == b:  # “and that other one?” must name another one
        picked["ask"] = a
    facts: dict[str, Value] = {}
    for role, index in picked.items():
        plan = world().plans[index]
        suffix = "" if role == "now" else f"_{role}"
        facts[f"plan{suffix}"] = str(plan["name"])
        facts[f"down{suffix}"] = int(plan["down"])
        facts[f"up{suffix}"] = int(plan["up"])
        facts[f"price_{role}"] = Money(world().money[plan["price"]][0])
    # `down_down` and `down_up` are speeds of the smaller and the faster plan; `up` alone is the upload of today's.
    return facts


def _dates(rng: Random, day: date) -> dict[str, Value]:
    def ago(least: int, most: int) -> date:
        return day - timedelta(days=rng.randint(least, most))

    first_of_next = (day.replace(day=1) + timedelta(days=32)).replace(day=1)
    delivered = ago(2, 9)
    return {
        "today": day,
        "charge_date": ago(2, 8),
        "signed": delivered - timedelta(days=rng.randint(1, 3)),
        "delivered": delivered,
        "received": delivered + timedelta(days=rng.randint(1, 2)),
        "outage_from": ago(3, 6),
        "refund_by": day + timedelta(days=11),
        "visit_date": day + timedelta(days=rng.randint(3, 7)),
        "move_date": day + timedelta(days=rng.randint(44, 85)),
        "start_date": first_of_next,
        "next_bill": first_of_next + timedelta(days=2),
        "bill_month": Month((day.replace(day=1) - timedelta(days=1)).month),
    }


def _numbers(rng: Random, day: date) -> dict[str, Value]:
    def code(prefix: str, digits: int) -> str:
        return f"{prefix}{rng.randrange(10 ** (digits - 1), 10**digits)}"

    return {
        "invoice": code(f"INV-{day.year}-", 6),
        "payment_a": code("PAY-", 7),
        "payment_b": code("PAY-", 7),
        "refund_id": code("RF-", 6),
        "ticket": code("T-", 5),
        "parcel": code("JJ", 10),
        "meter": code("1EMH00", 8),
        "hash": f"{rng.getrandbits(48):012x}",
        "auth_code": "AUTH-17",
        "attempts": rng.randint(5, 9),
        "speed": rng.randint(4, 48),
        "hour": f"{rng.randint(18, 21)}:00",
        "reconnects": rng.randint(0, 3),
        "dbm": -rng.randint(310, 389) / 10,
        "kwh": rng.choice((1400, 1800, 2200, 2500, 2900, 3200, 3500, 4100)),
        "months_left": rng.randint(3, 11),
        "amount": Money(rng.randint(1890, 11990) / 100),
        "year_bill": Money(rng.randint(11800, 58900) / 100),
    }


def _sums(rng: Random, plan: int, option: float, hours: int) -> dict[str, Value]:
    """What follows from the rest: bill totals, the credit, the speed that reaches the router."""
    monthly = world().money[world().plans[plan]["price"]][0]
    return {
        "outage_length": hours,
        "usual": Money(monthly + option),
        "total": Money(monthly + option + world().money["fee_technician"][0]),
        "credit": Money(round(math.ceil(hours / 24) * monthly / 30, 2)),
        "sync": round(world().plans[plan]["down"] * rng.uniform(0.93, 1.01)),
    }


def in_scenario(situation: Situation, scenario: Scenario, day: date) -> Situation:
    """The situation as this scenario needs it: which plan is meant, whether the address is covered, since when."""
    facts = dict(situation.facts)
    goal = "down" if scenario.name == "downgrade" else "up"
    facts.update(
        covered=scenario.name != "move_no_cover",
        plan_to=facts[f"plan_{goal}"],
        price_to=facts[f"price_{goal}"],
        fee_technician=Money(world().money["fee_technician"][0]),
    )
    since = _since(scenario.name, facts, day)
    if since is not None:
        facts.update(since=since, since_year=since.year)
    return Situation(facts, situation.fee, situation.rate)


def _since(scenario: str, facts: Facts, day: date) -> date | None:
    if scenario == "withdrawal":
        signed = facts["signed"]
        return signed if isinstance(signed, date) else None
    if (
        scenario == "move_no_cover"
    ):  # still within the minimum term, with the months left that the customer names
        left = facts["months_left"]
        return day - timedelta(days=360 - 30 * left) if isinstance(left, int) else None
    return None
