"""Kinds that are found by walking a folder: one new file is one new kind.

A room that is a registry (``sources``, ``criteria``, ``charts``, ``checks``, ``exports``, ``channels``) holds
one module a kind; each such module has a constant ``KIND``. Other packages add theirs through an entry point of
the group ``assay.<room>`` that points at such a module. The packager asks `module_names` what to include.
"""

import importlib
import pkgutil
from collections.abc import Iterator
from importlib.metadata import entry_points
from types import ModuleType
from typing import TypeVar

from assay.base.errors import Refused

T = TypeVar("T")

REGISTRIES = ("sources", "criteria", "charts", "checks", "exports", "channels")


def module_names(room: str) -> list[str]:
    """The full names of the modules in a room, without importing them."""
    package = importlib.import_module(f"assay.{room}")
    return sorted(f"assay.{room}.{info.name}" for info in pkgutil.iter_modules(package.__path__))


def _modules(room: str) -> Iterator[ModuleType]:
    for name in module_names(room):
        yield importlib.import_module(name)
    for point in entry_points(group=f"assay.{room}"):
        yield point.load()


def kinds(room: str, of: type[T]) -> dict[str, T]:
    """The kinds of a room that are of class ``of``, by name, in order of name.

    Raises Refused when two modules claim one name.
    """
    found: dict[str, T] = {}
    for module in _modules(room):
        kind = getattr(module, "KIND", None)
        if not isinstance(kind, of):
            continue
        name: str = kind.name  # type: ignore[attr-defined]  # every kind is a dataclass with a name
        if name in found:
            raise Refused(f"Two plug-ins of “{room}” are both named “{name}”.", "Remove one of them.")
        found[name] = kind
    return dict(sorted(found.items()))
