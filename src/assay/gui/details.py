"""Where a trace comes from and what machines say of it: hidden until the reviewer has decided."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from assay.base.translation import tr
from assay.gui.plain import plain_label
from assay.gui.tokens import SPACE
from assay.model.trace import Metric, Trace, Versioned
from assay.model.wording import number


class Details(QWidget):
    """A panel over the rubric: nothing but a sentence while blind; else provenance and metrics, as plain text."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("ground", "sunken")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName(tr("Details"))
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(SPACE.xl, SPACE.m, SPACE.xl, SPACE.m)
        self._column.setSpacing(SPACE.s)
        self._inside: QWidget | None = None
        self.hide()

    def show_hidden(self) -> None:
        """Say why there is nothing to see yet."""
        words = tr("Model, metrics and the judgement of others are shown once you have decided.")
        self._put(plain_label(words, "muted"))

    def show_trace(self, trace: Trace) -> None:
        """Show where the trace comes from, and its metrics."""
        inside = QWidget()
        grid = QGridLayout(inside)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(SPACE.l)
        grid.setVerticalSpacing(SPACE.xs)
        for row, (name, value) in enumerate([*_provenance(trace), *_metrics(trace.metrics)]):
            grid.addWidget(plain_label(name, "muted"), row, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(plain_label(value), row, 1, Qt.AlignmentFlag.AlignTop)
        grid.setColumnStretch(1, 1)
        self._put(inside)

    def _put(self, widget: QWidget) -> None:
        if self._inside is not None:
            self._column.removeWidget(self._inside)
            self._inside.deleteLater()
        self._inside = widget
        self._column.addWidget(widget)
        self.show()


def _provenance(trace: Trace) -> list[tuple[str, str]]:
    known = [
        (tr("Trace"), trace.native_id),
        (tr("Model"), trace.model or ""),
        (tr("Prompt"), _versioned(trace.prompt)),
        (tr("Data set"), _versioned(trace.dataset)),
        (tr("Release"), trace.release or ""),
        (tr("Latency"), f"{trace.latency_ms / 1000:.1f} s" if trace.latency_ms is not None else ""),
    ]
    return [(name, value) for name, value in known if value]


def _versioned(thing: Versioned | None) -> str:
    return " ".join(part for part in (thing.name, thing.version) if part) if thing else ""


def _metrics(metrics: tuple[Metric, ...]) -> list[tuple[str, str]]:
    return [(one.name, number(one.value) if one.value is not None else one.label or "–") for one in metrics]
