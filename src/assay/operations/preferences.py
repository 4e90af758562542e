"""What this person prefers on this machine, whatever the workspace: kept in the user's own settings folder."""

import json
import os
from pathlib import Path
from typing import Any, NamedTuple

from assay.base.errors import Unavailable
from assay.base.settings_folder import settings_folder
from assay.base.whole_file import whole_file

_RECENT = 8


class Preferences(NamedTuple):
    """Appearance (system, light, dark, contrast-light, contrast-dark), text size, who reviews, where last."""

    appearance: str = "system"
    text_scale: float = 1.0
    language: str = ""
    rater: str = ""
    auto_advance: bool = True
    recent: tuple[str, ...] = ()


def preferences_file() -> Path:
    """Where the preferences are kept."""
    return settings_folder() / "preferences.json"


def read_preferences() -> Preferences:
    """The preferences as kept; the defaults where there are none or the file cannot be read."""
    try:
        kept = json.loads(preferences_file().read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return Preferences()
    return _from_json(kept) if isinstance(kept, dict) else Preferences()


def _from_json(kept: dict[str, Any]) -> Preferences:
    """What is kept, field by field; a value of the wrong sort counts as not kept."""
    usual = Preferences()
    scale, recent = kept.get("text_scale"), kept.get("recent")
    return Preferences(
        appearance=_text(kept.get("appearance"), usual.appearance),
        text_scale=float(scale)
        if isinstance(scale, (int, float)) and 0.5 <= scale <= 4
        else usual.text_scale,
        language=_text(kept.get("language"), usual.language),
        rater=_text(kept.get("rater"), usual.rater),
        auto_advance=kept.get("auto_advance") is not False,
        recent=tuple(str(one) for one in recent) if isinstance(recent, list) else usual.recent,
    )


def _text(value: object, usual: str) -> str:
    return value if isinstance(value, str) else usual


def keep_preferences(preferences: Preferences) -> None:
    """Keep them. Raises Unavailable where the settings folder does not take them."""
    path = preferences_file()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Unavailable(f"The settings folder {path.parent} cannot be made.") from error
    with whole_file(path) as part:
        part.write_text(
            json.dumps(preferences._asdict(), indent=2), encoding="utf-8"
        )  # any folder's name fits


def with_workspace(preferences: Preferences, folder: Path) -> Preferences:
    """The same with that workspace as the last one used."""
    here = str(folder.resolve())
    others = tuple(one for one in preferences.recent if one != here)
    return preferences._replace(recent=(here, *others)[:_RECENT])


def workspace_to_use(asked: Path | None) -> Path | None:
    """The workspace meant: the one asked for, else ``ASSAY_WORKSPACE``, else the last one used."""
    if asked is not None:
        return asked
    if named := os.environ.get("ASSAY_WORKSPACE"):
        return Path(named)
    return next((Path(one) for one in read_preferences().recent if Path(one).is_dir()), None)
