"""The rail at the window's leading edge: the workspace, the eight places, and the way to every command."""

from typing import NamedTuple

from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QSizePolicy, QVBoxLayout, QWidget

from assay.base.translation import tr
from assay.gui.fonts import weighted
from assay.gui.glyph import DIRECTIONAL
from assay.gui.icons import icon
from assay.gui.keycap import keycaps_size, paint_keycaps
from assay.gui.plain import plain_tooltip
from assay.gui.theme import scaled, tokens_now
from assay.gui.tokens import CONTROL_HEIGHT, ICON, RADIUS, SPACE, Tokens

WIDTH = 200
WIDEST = 280
COLLAPSED_WIDTH = 56
MARGIN = SPACE.s
KEYS_INSET = 6
INSET = 10
"""From an item's edge to its icon. Margin, inset and icon centre the icon in the collapsed rail, so it never moves."""


class Place(NamedTuple):
    """One of the places the rail leads to."""

    id: str
    title: str
    icon: str


def places() -> tuple[Place, ...]:
    """The eight places, in their order."""
    return (
        Place("today", tr("Today"), "today"),
        Place("review", tr("Review"), "review"),
        Place("quality", tr("Quality"), "quality"),
        Place("agreement", tr("Agreement"), "agreement"),
        Place("failures", tr("Failures"), "failures"),
        Place("traces", tr("Traces"), "traces"),
        Place("datasets", tr("Data sets"), "datasets"),
        Place("setup", tr("Set-up"), "setup"),
    )


def _mirrored(widget: QWidget, box: QRect) -> QRect:
    """The box where it lies in reading direction. QStyle has the same, and costs a tenth of the first paint to load."""
    if widget.layoutDirection() == Qt.LayoutDirection.LeftToRight:
        return box
    return QRect(widget.width() - box.right() - 1, box.top(), box.width(), box.height())


class RailItem(QAbstractButton):
    """An icon with a title; the one that is chosen stands on a wash of accent."""

    def __init__(self, title: str, icon_name: str, *, checkable: bool = True) -> None:
        super().__init__()
        self._icon_name = icon_name
        self._hint: tuple[str, ...] = ()
        self._collapsed = False
        self.setText(title)
        self.setAccessibleName(title)
        self.setCheckable(checkable)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._explain()

    def set_hint(self, keys: tuple[str, ...]) -> None:
        """Name the keys that do the same: in the tooltip, and beside the title where it is not a place."""
        self._hint = keys
        self._explain()
        self.update()

    def set_collapsed(self, collapsed: bool) -> None:
        """Show the icon alone, or with its title."""
        self._collapsed = collapsed
        self._explain()
        self.updateGeometry()

    def _explain(self) -> None:
        keys = "+".join(self._hint)
        title = self.text()
        told = f"{title} ({keys})" if keys else title
        plain_tooltip(self, told if self._collapsed or keys else "")

    def sizeHint(self) -> QSize:
        metrics = QFontMetrics(weighted(self.font(), 500 if self.isCheckable() else 400))
        words = metrics.horizontalAdvance(self.text()) + 1
        width = INSET + scaled(ICON) + INSET + words + (self._keys_width() or INSET)
        return QSize(scaled(CONTROL_HEIGHT) if self._collapsed else width, scaled(CONTROL_HEIGHT))

    def minimumSizeHint(self) -> QSize:
        return QSize(scaled(CONTROL_HEIGHT), scaled(CONTROL_HEIGHT))

    def _keys_width(self) -> int:
        if self.isCheckable() or not self._hint:
            return 0
        return SPACE.s + keycaps_size(self._hint).width() + KEYS_INSET

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = tokens_now()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_ground(painter, tokens)
        self._paint_icon(painter, tokens)
        if not self._collapsed:
            self._paint_title(painter, tokens)
            self._paint_keys(painter, tokens)
        painter.end()

    def _paint_ground(self, painter: QPainter, tokens: Tokens) -> None:
        if not (self.isChecked() or self.underMouse() or self.isDown()):
            return
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(tokens.accent_wash if self.isChecked() else tokens.hover))
        painter.drawRoundedRect(QRectF(self.rect()), RADIUS, RADIUS)
        if self.isChecked() and tokens.line > 1:
            painter.setBrush(QColor(tokens.accent))
            painter.drawRect(self._mirror(QRect(0, SPACE.s, 4, self.height() - 2 * SPACE.s)))

    def _paint_icon(self, painter: QPainter, tokens: Tokens) -> None:
        color = tokens.accent if self.isChecked() else tokens.muted
        mirrored = self._is_mirrored() and self._icon_name in DIRECTIONAL
        drawn = icon(self._icon_name, color, scaled(ICON), self.devicePixelRatioF(), mirrored=mirrored)
        box = self._mirror(QRect(INSET, (self.height() - scaled(ICON)) // 2, scaled(ICON), scaled(ICON)))
        painter.drawPixmap(QPointF(box.topLeft()), drawn)

    def _paint_title(self, painter: QPainter, tokens: Tokens) -> None:
        painter.setFont(weighted(self.font(), 500 if self.isChecked() else 400))
        painter.setPen(QColor(tokens.text if self.isCheckable() else tokens.muted))
        start = INSET + scaled(ICON) + INSET
        room = self._mirror(
            QRect(start, 0, self.width() - start - (self._keys_width() or INSET), self.height())
        )
        shown = painter.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeading, shown)

    def _paint_keys(self, painter: QPainter, tokens: Tokens) -> None:
        if not self._keys_width():
            return
        size = keycaps_size(self._hint)
        top = (self.height() - size.height()) // 2
        box = self._mirror(QRect(self.width() - size.width() - KEYS_INSET, top, size.width(), size.height()))
        paint_keycaps(painter, QPointF(box.topLeft()), self._hint, tokens)

    def _is_mirrored(self) -> bool:
        return self.layoutDirection() == Qt.LayoutDirection.RightToLeft

    def _mirror(self, box: QRect) -> QRect:
        return _mirrored(self, box)


class WorkspaceName(QWidget):
    """The program's mark and the name of the open workspace."""

    def __init__(self) -> None:
        super().__init__()
        self._name = ""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    @property
    def name(self) -> str:
        """The name in full."""
        return self._name

    def set_name(self, name: str) -> None:
        """Show this name, shortened where the rail is narrow; the tooltip has it in full."""
        self._name = name
        self.setAccessibleName(name)
        plain_tooltip(self, name)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(scaled(CONTROL_HEIGHT), scaled(CONTROL_HEIGHT))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        size = scaled(ICON)
        box = self._mirror(QRect(INSET, (self.height() - size) // 2, size, size))
        painter.drawPixmap(QPointF(box.topLeft()), icon("assay", "#000000", size, self.devicePixelRatioF()))
        painter.setFont(weighted(self.font(), 600))
        painter.setPen(QColor(tokens_now().text))
        start = INSET + size + INSET
        room = self._mirror(QRect(start, 0, self.width() - start - INSET, self.height()))
        if room.width() > size:
            shown = painter.fontMetrics().elidedText(self._name, Qt.TextElideMode.ElideRight, room.width())
            painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeading, shown)
        painter.end()

    def _mirror(self, box: QRect) -> QRect:
        return _mirrored(self, box)


class Rail(QWidget):
    """The workspace's name, the places, and at the foot the commands and keys."""

    place_chosen = Signal(str)
    commands_wanted = Signal()
    keys_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._collapsed = False
        self.workspace = WorkspaceName()
        self._items = {place.id: RailItem(place.title, place.icon) for place in places()}
        self._foot = {
            "commands": RailItem(tr("Commands"), "search", checkable=False),
            "keys": RailItem(tr("All keys"), "keys", checkable=False),
        }
        self._group = QButtonGroup(self)
        for place_id, item in self._items.items():
            self._group.addButton(item)
            item.clicked.connect(lambda _checked=False, chosen=place_id: self.place_chosen.emit(chosen))
        self._foot["commands"].clicked.connect(self.commands_wanted)
        self._foot["keys"].clicked.connect(self.keys_wanted)
        self.setProperty("ground", "sunken")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._lay_out()

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(MARGIN, SPACE.m, MARGIN, SPACE.m)
        column.setSpacing(2)
        column.addWidget(self.workspace)
        column.addSpacing(SPACE.l)
        for item in self._items.values():
            column.addWidget(item)
        column.addStretch(1)
        for item in self._foot.values():
            column.addWidget(item)
        self._fit()

    def mark(self, place_id: str) -> None:
        """Show that we are at this place; none of them for an id that is not in the rail."""
        chosen = self._items.get(place_id)
        if chosen is not None:
            chosen.setChecked(True)
            return
        self._group.setExclusive(False)
        for item in self._items.values():
            item.setChecked(False)
        self._group.setExclusive(True)

    def marked(self) -> str:
        """The place that is shown as the present one; empty when there is none."""
        return next((place_id for place_id, item in self._items.items() if item.isChecked()), "")

    def set_hint(self, name: str, keys: tuple[str, ...]) -> None:
        """Name the keys of a place, or of ``commands`` or ``keys``."""
        (self._items | self._foot)[name].set_hint(keys)
        self._fit()

    def item(self, name: str) -> RailItem:
        """The item of a place, or of ``commands`` or ``keys``."""
        return (self._items | self._foot)[name]

    @property
    def collapsed(self) -> bool:
        """Whether only icons are shown."""
        return self._collapsed

    def set_collapsed(self, collapsed: bool) -> None:
        """Show icons alone, or with their titles."""
        if collapsed == self._collapsed:
            return
        self._collapsed = collapsed
        for item in (self._items | self._foot).values():
            item.set_collapsed(collapsed)
        self._fit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in {QEvent.Type.StyleChange, QEvent.Type.FontChange} and self.layout() is not None:
            self._fit()

    def _fit(self) -> None:
        if self._collapsed:
            self.setFixedWidth(2 * (MARGIN + INSET) + scaled(ICON))
            return
        widest = max(item.sizeHint().width() for item in (self._items | self._foot).values())
        self.setFixedWidth(min(WIDEST, max(WIDTH, widest + 2 * MARGIN)))
