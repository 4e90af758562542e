"""What this person prefers on this machine, whatever the workspace: kept in the user's own settings folder."""

import json
import os
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import Any

from platformdirs import user_config_path

from assay.base.errors import Unavailable
from assay.base.whole_file import whole_file

_RECENT = 8


@dataclass(frozen=True, slots=True)
class Preferences:
    """Appearance (system, light, dark, contrast-light, contrast-dark), text size, who reviews, where last."""

    appearance: str = "system"
    text_scale: float = 1.0
    language: str = ""
    rater: str = ""
    auto_advance: bool = True
    recent: tuple[str, ...] = ()


def preferences_file() -> Path:
    """Where the preferences are kept."""
    return user_config_path("assay", appauthor=False) / "preferences.json"


def read_preferences() -> Preferences:
    """The preferences as kept; the defaults where there are none or the file cannot be read."""
    try:
        kept = json.loads(preferences_file().read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return Preferences()
    return _from_json(kept) if isinstance(kept, dict) else Preferences()


def _from_json(kept: dict[str, Any]) -> Preferences:
    usual = Preferences()
    values = {}
    for field in fields(Preferences):
        value = kept.get(field.name)
        if isinstance(value, list):
            value = tuple(str(one) for one in value)
        if isinstance(value, int) and not isinstance(value, bool):
            value = float(value)
        if type(value) is type(getattr(usual, field.name)):
            values[field.name] = value
    return Preferences(**values)


def keep_preferences(preferences: Preferences) -> None:
    """Keep them. Raises Unavailable where the settings folder does not take them."""
    path = preferences_file()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Unavailable(f"The settings folder {path.parent} cannot be made.") from error
    with whole_file(path) as part:
        part.write_text(json.dumps(asdict(preferences), ensure_ascii=False, indent=2), encoding="utf-8")


def with_workspace(preferences: Preferences, folder: Path) -> Preferences:
    """The same with that workspace as the last one used."""
    here = str(folder.resolve())
    others = tuple(one for one in preferences.recent if one != here)
    return replace(preferences, recent=(here, *others)[:_RECENT])


def workspace_to_use(asked: Path | None) -> Path | None:
    """The workspace meant: the one asked for, else ``ASSAY_WORKSPACE``, else the last one used."""
    if asked is not None:
        return asked
    if named := os.environ.get("ASSAY_WORKSPACE"):
        return Path(named)
    return next((Path(one) for one in read_preferences().recent if Path(one).is_dir()), None)
