"""The time, as a thing that is handed in, so that a test can be on any day it likes."""

from datetime import UTC, date, datetime, tzinfo
from typing import Protocol
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from assay.base.errors import Refused


class Clock(Protocol):
    """What tells the time."""

    def now(self) -> datetime:
        """The instant, in UTC."""
        ...

    def today(self, zone: str = "") -> date:
        """The calendar day in ``zone`` (an IANA name; empty: the machine's own)."""
        ...


def zone_named(name: str) -> tzinfo | None:
    """The time zone of that IANA name; None (the machine's own) for an empty name."""
    if not name:
        return None
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise Refused(
            f"There is no time zone named “{name}”.", "Use a name such as Europe/Vienna."
        ) from error


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def today(self, zone: str = "") -> date:
        return self.now().astimezone(zone_named(zone)).date()


class FixedClock:
    """A clock that stands where it is put and moves when it is told to."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def now(self) -> datetime:
        return self.at

    def today(self, zone: str = "") -> date:
        return self.at.astimezone(zone_named(zone) or UTC).date()
