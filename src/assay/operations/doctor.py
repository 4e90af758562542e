"""What is installed, reachable and healthy."""

import platform
import sqlite3
import sys
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from assay import __version__
from assay.base.errors import AssayError
from assay.operations.office import Office

_PACKAGES = (
    *("pyside6-essentials", "shiboken6", "sqlmodel", "SQLAlchemy", "pydantic", "duckdb", "alembic"),
    *("msgspec", "numpy", "matplotlib", "markdown-it-py", "platformdirs"),
)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at: what, what was found, and whether it is well."""

    what: str
    found: str
    well: bool = True


@dataclass(frozen=True, slots=True)
class DoctorReport:
    """Everything that was looked at."""

    findings: tuple[Finding, ...]

    @property
    def well(self) -> bool:
        """Whether nothing is amiss."""
        return all(one.well for one in self.findings)

    def as_json(self) -> dict[str, Any]:
        """The report in the shape that scripts rely on."""
        findings = [{"what": one.what, "found": one.found, "well": one.well} for one in self.findings]
        return {"well": self.well, "findings": findings}


def doctor(office: Office | None) -> DoctorReport:
    """Look at the program, and at the workspace if one is given."""
    findings = [
        Finding("assay", __version__),
        Finding("python", f"{platform.python_version()} on {platform.platform(terse=True)}"),
        Finding("sqlite", sqlite3.sqlite_version),
        *(_package(name) for name in _PACKAGES),
        _none_is_safe(),
    ]
    if office is not None:
        findings += _workspace(office)
    return DoctorReport(tuple(findings))


def _package(name: str) -> Finding:
    try:
        return Finding(name, version(name))
    except PackageNotFoundError:
        frozen = getattr(sys, "frozen", False)
        return Finding(name, "part of the program" if frozen else "not installed", well=bool(frozen))


def _none_is_safe() -> Finding:
    """PySide6 6.12.0 loses references to None on Python before 3.12 and then dies."""
    try:
        found = version("pyside6-essentials")
    except PackageNotFoundError:
        found = ""
    bad = found == "6.12.0" and sys.version_info < (3, 12)
    words = (
        "6.12.0 aborts on this Python; install another version" if bad else "this pair is known to be sound"
    )
    return Finding("pyside6 and python together", words, well=not bad)


def _workspace(office: Office) -> list[Finding]:
    findings = [Finding("workspace", str(office.folder))]
    try:
        said = office.workspace.soundness()
        findings.append(Finding("database", said, well=said == "ok"))
        days = office.traces.days()
        findings.append(Finding("traces", f"{sum(days.values())} on {len(days)} days"))
        findings.append(
            Finding("reviews", str(sum(one.answers for one in office.workspace.standing.criteria())))
        )
    except AssayError as error:
        findings.append(Finding("workspace", str(error), well=False))
    return findings
