"""Keeping a chart: its picture as PNG, SVG or PDF, or its numbers as CSV, to a file a person names."""

from functools import partial
from pathlib import Path

from PySide6.QtCore import QPoint, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFileDialog, QMenu, QVBoxLayout, QWidget

from assay.base.translation import tr
from assay.gui.buttons import icon_button
from assay.gui.chart_canvas import ChartCanvas
from assay.viewmodels.chart_rows import csv_text, rows_of

_PICTURES = (".png", ".svg", ".pdf")


class ChartFrame(QWidget):
    """A chart with the button that keeps it in its corner. ``said(text, kind)`` tells how the keeping went."""

    said = Signal(str, str)

    def __init__(self, canvas: ChartCanvas, name: str) -> None:
        super().__init__()
        self.canvas = canvas
        self._name = name
        self._button = icon_button("download", tr("Save this chart or its data"))
        self._button.setParent(self)
        self._button.clicked.connect(self._offer)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(canvas)
        self._button.hide()

    def show_chart(self, kind: str, data: object, words: str) -> None:
        """Draw the chart; from then on it can be kept."""
        self.canvas.show_chart(kind, data, words)
        self._button.setVisible(bool(rows_of(data).rows))
        self._place()

    def save(self, path: Path) -> None:
        """Write the picture, or the numbers where the suffix is .csv, and say how it went."""
        try:
            if path.suffix.lower() in _PICTURES:
                self.canvas.save_picture(path)
            else:
                path.write_text(csv_text(rows_of(self.canvas.data)), encoding="utf-8", newline="")
        except OSError as error:
            told = tr("The chart was not saved: {reason}. Choose another folder.")
            self.said.emit(told.format(reason=error.strerror or type(error).__name__), "error")
        else:
            self.said.emit(tr("Saved as {path}.").format(path=path), "info")

    def menu(self) -> QMenu:
        """What can be kept."""
        menu = QMenu(self)
        for title, suffix in (
            (tr("Picture (PNG)…"), ".png"),
            (tr("Drawing (SVG)…"), ".svg"),
            (tr("Print (PDF)…"), ".pdf"),
            (tr("Data (CSV)…"), ".csv"),
        ):
            menu.addAction(title).triggered.connect(partial(self._ask, suffix))
        return menu

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._place()

    def _place(self) -> None:
        self._button.adjustSize()
        self._button.move(self.width() - self._button.width(), -2)
        self._button.raise_()

    def _offer(self) -> None:
        menu = self.menu()
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(self._button.mapToGlobal(QPoint(0, self._button.height())))

    def _ask(self, suffix: str, _checked: bool = False) -> None:
        chosen, _ = QFileDialog.getSaveFileName(self, tr("Save"), f"{self._name}{suffix}", f"*{suffix}")
        if chosen:
            self.save(Path(chosen).with_suffix(suffix))
