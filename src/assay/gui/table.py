"""How tables stand on a page: hairlines, no zebra, heads to the left, one row chosen at a time."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractItemView, QTableView

from assay.gui.theme import scaled
from assay.gui.tokens import CONTROL_HEIGHT


def quieten(table: QTableView) -> None:
    """Give a table the look and habits of every table here. Numbers go right by the model's alignment role."""
    table.setShowGrid(False)
    table.setAlternatingRowColors(False)
    table.setWordWrap(False)
    table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
    table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    table.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
    table.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
    table.setTabKeyNavigation(False)
    table.setProperty("focusRing", False)
    rows, heads = table.verticalHeader(), table.horizontalHeader()
    rows.hide()
    rows.setDefaultSectionSize(scaled(CONTROL_HEIGHT))
    heads.setDefaultAlignment(Qt.AlignmentFlag.AlignLeading | Qt.AlignmentFlag.AlignVCenter)
    heads.setHighlightSections(False)
    heads.setStretchLastSection(True)
