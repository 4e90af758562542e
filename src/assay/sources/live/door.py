"""The way to a store's server. What speaks HTTP is loaded here, when a store is first asked.

This is one of the documented late imports: httpx and tenacity take half a second that no other command has to spare.
"""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

from assay.base.errors import Refused
from assay.base.translation import tr

if TYPE_CHECKING:
    from assay.base.progress import Progress
    from assay.model.kinds import Connection
    from assay.sources.live.web import Web


def opened(title: str, connection: Connection, progress: Progress, said: str | None) -> Web:
    """A way to the server of ``connection``, to be used as a context.

    ``said`` is what stands in the Authorization header (None: nothing). Nothing is asked yet.
    """
    from assay.sources.live.web import Web

    return Web(title, connection, progress, said)


def bearer(key: str | None) -> str | None:
    """The header of a key; None without one."""
    return f"Bearer {_checked(key)}" if key else None


def basic(name: str | None, password: str | None) -> str | None:
    """The header of a name and a password; None without either."""
    if not name or not password:
        return None
    return "Basic " + base64.b64encode(f"{name}:{password}".encode()).decode("ascii")


def _checked(key: str) -> str:
    """The key, if it is one: a fault further down would quote it."""
    if not key.isascii() or not key.isprintable() or " " in key:
        raise Refused(
            tr("The key holds characters that no key has."),
            tr("Copy it anew, without quotes and line breaks."),
        )
    return key
