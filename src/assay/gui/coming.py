"""Places that are named in the rail and not yet built say so in one honest sentence."""

from assay.base.translation import tr
from assay.gui.empty import EmptyState


def coming(place_id: str) -> EmptyState:
    """The page for a place that is still to come: Failures, Traces or Set-up."""
    title, sentence, icon = _words()[place_id]
    return EmptyState(title, sentence, icon=icon)


def _words() -> dict[str, tuple[str, str, str]]:
    return {
        "failures": (
            tr("Failures are not here yet"),
            tr(
                "This place will turn reviewers’ notes into failure codes with counts, and a frequent code into "
                "an automated check; notes written today are kept for it."
            ),
            "failures",
        ),
        "traces": (
            tr("Browsing traces is not here yet"),
            tr(
                "This place will search and filter the whole store and send chosen traces to review, apart from "
                "the daily sample."
            ),
            "traces",
        ),
        "setup": (
            tr("Set-up is not here yet"),
            tr(
                "This place will hold sources, rubric, sampling plan, people, thresholds, keys and appearance."
            ),
            "setup",
        ),
    }
