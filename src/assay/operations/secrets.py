"""Keys of live sources: from the environment, or from the system's keyring. Never from or to a file.

The keyring library takes a third of a second to load and is needed by nobody without a live source: this is one of
the documented late imports.
"""

import os
import re
from collections.abc import Mapping
from contextlib import suppress

from assay.base.errors import Refused, Unavailable
from assay.base.translation import tr
from assay.model.kinds import LiveSource, Secret

_SERVICE = "assay"


def variable_of(source: str, secret: Secret) -> str:
    """The environment variable that holds a source's secret, such as ``ASSAY_SHOP_KEY``."""
    return f"ASSAY_{_spelled(source)}_{_spelled(secret.name)}"


def secrets_of(kind: LiveSource, source: str, url: str) -> dict[str, str]:
    """The source's secrets, as far as there are any: its own variable, else the keyring, else the store's variables."""
    found: dict[str, str] = {}
    for secret in kind.secrets:
        own = os.environ.get(variable_of(source, secret), "").strip()
        said = own or _kept(source, url, secret) or _told_to_the_store(secret)
        if said:
            found[secret.name] = said
    return found


def keep_secrets(kind: LiveSource, source: str, url: str, secrets: Mapping[str, str]) -> None:
    """Keep the secrets in the system's keyring. Raises Unavailable where there is none to keep them in."""
    import keyring
    from keyring.errors import KeyringError

    try:
        for secret in kind.secrets:
            if secrets.get(secret.name):
                keyring.set_password(_SERVICE, _entry(source, url, secret), secrets[secret.name])
    except KeyringError as error:
        variables = ", ".join(variable_of(source, one) for one in kind.secrets)
        raise Unavailable(
            tr("There is no keyring on this system that could keep the key."),
            tr("Set {variables} in the environment instead.").format(variables=variables),
        ) from error


def forget_secrets(kind: LiveSource, source: str, url: str) -> None:
    """Take the source's secrets out of the keyring, where they are in one."""
    import keyring
    from keyring.errors import KeyringError

    for secret in kind.secrets:
        with suppress(KeyringError):
            keyring.delete_password(_SERVICE, _entry(source, url, secret))


def _kept(source: str, url: str, secret: Secret) -> str | None:
    import keyring
    from keyring.errors import KeyringError

    with suppress(KeyringError):
        return keyring.get_password(_SERVICE, _entry(source, url, secret))
    return None


def _entry(source: str, url: str, secret: Secret) -> str:
    """The name in the keyring; the address is part of it, so that a key is never sent to another one."""
    return f"{source} {secret.name} {url}"


def _told_to_the_store(secret: Secret) -> str:
    return next((said for name in secret.variables if (said := os.environ.get(name, "").strip())), "")


def _spelled(name: str) -> str:
    return re.sub(r"[^A-Z0-9]+", "_", name.upper())


def check_source_name(name: str) -> None:
    """Refuse a name that no variable and no trace could carry."""
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}", name):
        raise Refused(
            tr("“{name}” is no name for a source.").format(name=name),
            tr("Use letters, digits, dots, hyphens and underscores, 64 at most."),
        )
