"""Live sources of a workspace: add one, list them, test one, remove one."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any
from urllib.parse import SplitResult, urlsplit

from assay.base.errors import Refused
from assay.base.registry import kinds
from assay.base.translation import tr
from assay.model.kinds import Connection, LiveSource
from assay.model.plan import SamplingPlan
from assay.model.source import Source
from assay.operations.changes import Changes
from assay.operations.draw import PREVIOUS_DAY, UNDRAWN, plan_named
from assay.operations.naming import FILES
from assay.operations.office import DEFAULT_PLAN, Office
from assay.operations.secrets import check_source_name, forget_secrets, keep_secrets, secrets_of, variable_of

_URL, _TIMEOUT = "url", "timeout"
_SECONDS = "60"
_TRIES_OF_A_TEST = 2
_HERE = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True, slots=True)
class SourceListed:
    """A source as the list shows it. ``pulled_to`` is the latest instant up to which a window was pulled whole."""

    name: str
    kind: str
    settings: dict[str, str]
    secrets: tuple[str, ...]
    pulled_to: datetime | None

    def as_json(self) -> dict[str, Any]:
        """The source in the shape that scripts rely on; of a secret only the name of its variable."""
        return {
            "name": self.name,
            "kind": self.kind,
            **self.settings,
            "secrets": list(self.secrets),
            "pulled_to": self.pulled_to.isoformat() if self.pulled_to else None,
        }


@dataclass(frozen=True, slots=True)
class AddedSource:
    """A source that was added. ``plan_changed``: the daily plan draws from the day before from now on."""

    source: SourceListed
    plan_changed: bool
    changes: Changes

    def as_json(self) -> dict[str, Any]:
        """The report in the shape that scripts rely on."""
        return {**self.source.as_json(), "plan_changed": self.plan_changed}


@cache
def live_sources() -> dict[str, LiveSource]:
    """Every kind of live source, by name."""
    return kinds("sources", LiveSource)


def live_source(kind: str) -> LiveSource:
    """The kind of that name. Raises Refused when there is none."""
    known = live_sources()
    if kind not in known:
        raise Refused(
            tr("There is no live source of the kind “{kind}”.").format(kind=kind),
            tr("Kinds: {names}.").format(names=", ".join(known)),
        )
    return known[kind]


def add_source(
    office: Office,
    name: str,
    kind: str,
    settings: Mapping[str, str],
    secrets: Mapping[str, str] | None = None,
) -> AddedSource:
    """Add a source; ``settings`` hold its ``url``, what its kind must be told, and ``timeout`` in seconds.

    ``secrets`` go into the system's keyring. Nothing is asked over the network. From the first source on the daily
    plan draws from the day before. Raises Refused for a name, kind or setting that is amiss, Unavailable where
    secrets were given and there is no keyring.
    """
    chosen = live_source(kind)
    check_source_name(name)
    if name == FILES or office.workspace.sources.named(name) is not None:
        raise Refused(tr("There is a source “{name}” already.").format(name=name), tr("Choose another name."))
    told = _checked(chosen, settings)
    if secrets:
        keep_secrets(chosen, name, told[_URL], secrets)
    source = Source(name=name, kind=kind, settings=told, created_at=office.clock.now())
    if not office.workspace.sources.add(source):
        raise Refused(tr("There is a source “{name}” already.").format(name=name), tr("Choose another name."))
    changed = _draw_from_the_day_before(office)
    changes = Changes.SETTINGS | (Changes.PLANS if changed else Changes.NOTHING)
    return AddedSource(_listed(office, source), changed, changes)


def list_sources(office: Office) -> list[SourceListed]:
    """The workspace's live sources, in order of name."""
    return [_listed(office, source) for source in office.workspace.sources.all()]


def test_source(office: Office, name: str) -> str:
    """What answers at the source's address, in a sentence. Raises Refused or Unavailable where it is amiss."""
    source = source_named(office, name)
    connection = connection_of(source, attempts=_TRIES_OF_A_TEST)
    said = live_source(source.kind).test(connection)
    address = urlsplit(connection.url)
    if connection.secrets and address.scheme == "http" and address.hostname not in _HERE:
        said += " " + tr("The key travels unencrypted, since the address begins with http.")
    return said


def remove_source(office: Office, name: str) -> Changes:
    """Forget a source, what was pulled from it when, and its keys in the keyring; its traces stay."""
    source = source_named(office, name)
    office.workspace.sources.remove(name)
    known = live_sources().get(source.kind)
    if known is not None:
        forget_secrets(known, name, source.settings[_URL])
    return Changes.SETTINGS


def source_named(office: Office, name: str) -> Source:
    """The source of that name. Raises Refused when there is none."""
    found = office.workspace.sources.named(name)
    if found is None:
        known = ", ".join(source.name for source in office.workspace.sources.all()) or tr("none")
        raise Refused(
            tr("There is no live source “{name}”.").format(name=name),
            tr("Sources here: {names}. Add one with “assay source add”.").format(names=known),
        )
    return found


def connection_of(source: Source, attempts: int | None = None) -> Connection:
    """How the source is reached, with its secrets as the environment or the keyring have them now."""
    kind = live_source(source.kind)
    settings = {one.name: source.settings.get(one.name) or one.default for one in kind.settings}
    url = source.settings[_URL]
    known = Connection(
        name=source.name,
        url=url,
        settings=settings,
        secrets=secrets_of(kind, source.name, url),
        timeout=float(source.settings.get(_TIMEOUT) or _SECONDS),
    )
    if attempts is None:
        return known
    return Connection(known.name, url, settings, known.secrets, known.timeout, attempts)


def _checked(kind: LiveSource, settings: Mapping[str, str]) -> dict[str, str]:
    """The settings, whole and tidy. Raises Refused."""
    known = {one.name: one for one in kind.settings}
    unknown = [name for name in settings if name not in (*known, _URL, _TIMEOUT)]
    if unknown:
        raise Refused(
            tr("{title} has no setting “{name}”.").format(title=kind.title, name=unknown[0]),
            tr("Settings: {names}.").format(names=", ".join((_URL, *known, _TIMEOUT))),
        )
    told = {_URL: _address(settings.get(_URL, "")), _TIMEOUT: _seconds(settings.get(_TIMEOUT) or _SECONDS)}
    for name, setting in known.items():
        told[name] = (settings.get(name) or setting.default).strip()
        if not told[name]:
            raise Refused(
                tr("{title} needs “{name}”.").format(title=kind.title, name=name), f"{setting.title}."
            )
    return told


def _address(url: str) -> str:
    """The address without a slash at its end. Refuses what is no plain http(s) address, or holds a key."""
    amiss = Refused(
        tr("“{url}” is no address of a server.").format(url=_without_key(url)),
        tr("Write it as http://localhost:6006 or https://traces.example.org."),
    )
    try:
        parts = urlsplit(url.strip())
        _ = parts.port
    except ValueError as error:
        raise amiss from error
    if (
        parts.scheme not in ("http", "https")
        or not parts.hostname
        or any(not sign.isprintable() or sign.isspace() for sign in url.strip())
    ):
        raise amiss
    if parts.username is not None or parts.password is not None or parts.query or parts.fragment:
        raise Refused(
            tr("The address holds more than an address."),
            tr(
                "Leave out names, keys and whatever follows a “?”; keys come from the environment or the keyring."
            ),
        )
    return _joined(parts)


def _joined(parts: SplitResult) -> str:
    return f"{parts.scheme}://{parts.netloc}{parts.path}".rstrip("/")


def _without_key(url: str) -> str:
    return "…@" + url.rpartition("@")[2] if "@" in url else url.partition("?")[0]


def _seconds(said: str) -> str:
    try:
        fits = 1 <= float(said) <= 3600
    except ValueError:
        fits = False
    if not fits:
        raise Refused(
            tr("“{said}” is no time to wait for an answer.").format(said=said),
            tr("Give seconds, from 1 to 3600."),
        )
    return f"{float(said):g}"


def _listed(office: Office, source: Source) -> SourceListed:
    kind = live_sources().get(source.kind)
    pulls = office.workspace.sources.pulls(source)
    return SourceListed(
        source.name,
        source.kind,
        dict(source.settings),
        tuple(variable_of(source.name, one) for one in kind.secrets) if kind else (),
        max((to for _, to, _ in pulls), default=None),
    )


def _draw_from_the_day_before(office: Office) -> bool:
    """Give the daily plan a version that draws from the day before, where it draws from whatever is new."""
    plan = plan_named(office, DEFAULT_PLAN)
    if plan.window != UNDRAWN:
        return False
    kept = plan.model_dump(exclude={"id", "version", "window", "created_at"})
    office.workspace.plans.add(SamplingPlan(**kept, window=PREVIOUS_DAY, created_at=office.clock.now()))
    return True
