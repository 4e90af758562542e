"""The manifest of an export: what was written, out of what, by which rule, and what was left out and why."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec

from assay.base.errors import Unavailable
from assay.base.translation import tr
from assay.base.whole_file import whole_file
from assay.model.rubric import Rubric, question_sha256
from assay.model.sample import Draw

SCHEMA_VERSION = 1
_PIECE = 1 << 20


def manifest(
    *,
    created_at: datetime,
    app_version: str,
    layout: str,
    format_name: str,
    columns: Sequence[str],
    files: Sequence[Mapping[str, Any]],
    counts: Mapping[str, int],
    raters: Mapping[str, int],
    rubrics: Iterable[Rubric] = (),
    draws: Iterable[Draw] = (),
    where: str | None = None,
    exclusions: Mapping[str, int] | None = None,
) -> dict[str, Any]:
    """The manifest as an object.

    ``files`` come from `file_entry`; ``counts`` are totals such as rows, traces and ratings; ``raters`` gives
    the ratings by rater, ``exclusions`` the rows left out by reason, ``where`` the condition asked for.
    """
    return {
        "schema_version": SCHEMA_VERSION,
        "created_at": created_at.isoformat(),
        "app_version": app_version,
        "layout": layout,
        "format": format_name,
        "columns": list(columns),
        "where": where,
        "counts": dict(counts),
        "files": [dict(file) for file in files],
        "plans": [_draw_entry(draw) for draw in draws],
        "rubrics": [_rubric_entry(rubric) for rubric in rubrics],
        "raters": [{"rater": name, "ratings": ratings} for name, ratings in sorted(raters.items())],
        "exclusions": [{"reason": why, "rows": rows} for why, rows in sorted((exclusions or {}).items())],
    }


def file_entry(path: Path) -> dict[str, Any]:
    """The name, size in bytes and SHA-256 of a file as it stands on the disk. Raises Unavailable."""
    fingerprint, size = hashlib.sha256(), 0
    try:
        with path.open("rb") as file:
            while piece := file.read(_PIECE):
                fingerprint.update(piece)
                size += len(piece)
    except OSError as error:
        raise Unavailable(tr("“{file}” could not be read again.").format(file=path)) from error
    return {"name": path.name, "bytes": size, "sha256": fingerprint.hexdigest()}


def write_manifest(path: Path, content: Mapping[str, Any]) -> None:
    """Write the manifest as readable JSON, whole or not at all. Raises Unavailable."""
    with whole_file(path) as part:
        part.write_bytes(msgspec.json.format(msgspec.json.encode(content), indent=2) + b"\n")


def _draw_entry(draw: Draw) -> dict[str, Any]:
    return {
        "plan": draw.plan,
        "plan_version": draw.plan_version,
        "date": draw.review_date.isoformat(),
        "seed": draw.seed,
        "window": draw.window,
        "stratify": draw.stratify or None,
        "size": draw.size,
        "population": draw.population,
        "strata": draw.strata_json,
    }


def _rubric_entry(rubric: Rubric) -> dict[str, Any]:
    questions = [
        {
            "criterion": criterion.name,
            "kind": criterion.kind,
            "question": criterion.question,
            "question_sha256": question_sha256(criterion),
        }
        for criterion in rubric.criteria
    ]
    return {"name": rubric.name, "version": rubric.version, "questions": questions}
