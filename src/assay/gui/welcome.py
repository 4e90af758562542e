"""The page without a workspace: three ways in, and the workspaces used before. It only says what was asked for."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QSizePolicy, QVBoxLayout

from assay.base.translation import tr
from assay.gui.buttons import link_button
from assay.gui.glyph import Glyph
from assay.gui.page import Page
from assay.gui.plain import hairline, plain_label, plain_tooltip
from assay.gui.theme import scaled, tokens_now
from assay.gui.tokens import CONTROL_HEIGHT, PANEL_RADIUS, SPACE, Tokens

_WIDTH = 640


@dataclass(frozen=True, slots=True)
class RecentWorkspace:
    """A workspace used before: its name and the folder it is in."""

    name: str
    folder: str


class Choice(QAbstractButton):
    """A large choice: icon, title and a sentence, pressed as one."""

    def __init__(self, icon: str, title: str, sentence: str) -> None:
        super().__init__()
        self.setAccessibleName(title)
        self.setAccessibleDescription(sentence)
        self.setProperty("focusRadius", PANEL_RADIUS)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        row = QHBoxLayout(self)
        row.setContentsMargins(SPACE.l, SPACE.l, SPACE.l, SPACE.l)
        row.setSpacing(SPACE.l)
        row.addWidget(Glyph(icon, "accent", 24), 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(self._words(title, sentence), 1)
        row.addWidget(Glyph("chevron-right", "muted"), 0, Qt.AlignmentFlag.AlignVCenter)

    def _words(self, title: str, sentence: str) -> QVBoxLayout:
        words = QVBoxLayout()
        words.setSpacing(SPACE.xs)
        for label in (plain_label(title, "subheading"), plain_label(sentence, "muted")):
            label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
            words.addWidget(label)
        return words

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        layout = self.layout()
        return layout.totalHeightForWidth(width) if layout is not None else -1

    def sizeHint(self) -> QSize:
        layout = self.layout()
        return layout.totalSizeHint() if layout is not None else QSize()

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = tokens_now()
        ground = (
            tokens.accent_wash if self.isDown() else tokens.hover if self.underMouse() else tokens.surface
        )
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        inset = tokens.line / 2
        painter.setPen(QPen(QColor(tokens.hairline), tokens.line))
        painter.setBrush(QColor(ground))
        painter.drawRoundedRect(
            QRectF(self.rect()).adjusted(inset, inset, -inset, -inset), PANEL_RADIUS, PANEL_RADIUS
        )
        painter.end()


class RecentLine(QAbstractButton):
    """A workspace used before: its name, and its folder in muted type."""

    def __init__(self, recent: RecentWorkspace) -> None:
        super().__init__()
        self._recent = recent
        self.setAccessibleName(recent.name)
        self.setAccessibleDescription(recent.folder)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        plain_tooltip(self, recent.folder)

    def sizeHint(self) -> QSize:
        return QSize(scaled(_WIDTH // 2), scaled(CONTROL_HEIGHT))

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = tokens_now()
        painter = QPainter(self)
        self._paint_words(painter, tokens)
        painter.end()

    def _paint_words(self, painter: QPainter, tokens: Tokens) -> None:
        line = self.rect()
        metrics = painter.fontMetrics()
        name = metrics.elidedText(self._recent.name, Qt.TextElideMode.ElideRight, line.width() // 2)
        painter.setPen(QColor(tokens.accent if self.underMouse() else tokens.text))
        painter.drawText(line, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeading, name)
        taken = metrics.horizontalAdvance(name) + SPACE.m
        rest = line.adjusted(taken, 0, 0, 0) if not self.isRightToLeft() else line.adjusted(0, 0, -taken, 0)
        folder = metrics.elidedText(self._recent.folder, Qt.TextElideMode.ElideMiddle, rest.width())
        painter.setPen(QColor(tokens.muted))
        painter.drawText(rest, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeading, folder)


class Welcome(Page):
    """Three ways in, and the workspaces used before.

    ``formats`` are the titles of the file formats that can be read, as the sources name themselves.
    """

    files_wanted = Signal()
    store_wanted = Signal()
    demo_wanted = Signal()
    workspace_chosen = Signal(str)
    other_workspace_wanted = Signal()

    def __init__(self, formats: Sequence[str] = (), recent: Sequence[RecentWorkspace] = ()) -> None:
        super().__init__(width=_WIDTH, centred=True)
        self.setAccessibleName(tr("Welcome"))
        self.column.setSpacing(SPACE.m)
        self.column.addSpacing(SPACE.xxl)
        self._add_head()
        self.column.addSpacing(SPACE.m)
        self._add_choices(formats)
        self.column.addSpacing(SPACE.l)
        self._add_workspaces(recent)
        self.column.addStretch(1)

    def _add_head(self) -> None:
        self.column.addWidget(Glyph("assay", "text", 40), 0, Qt.AlignmentFlag.AlignLeading)
        self.column.addSpacing(SPACE.xs)
        self.column.addWidget(plain_label(tr("Assay"), "title"))
        self.column.addWidget(
            plain_label(
                tr("A fair sample of what your application said, read by people who know the subject."),
                "muted",
            )
        )

    def _add_choices(self, formats: Sequence[str]) -> None:
        files = Choice(
            "folder", tr("Open files"), tr("Traces as JSON Lines, or as another program exported them.")
        )
        store = Choice("plug", tr("Connect a store"), _store_sentence(formats))
        demo = Choice(
            "play", tr("Try the demo"), tr("A workspace of synthetic traces, clearly marked as such.")
        )
        files.clicked.connect(self.files_wanted)
        store.clicked.connect(self.store_wanted)
        demo.clicked.connect(self.demo_wanted)
        for choice in (files, store, demo):
            self.column.addWidget(choice)

    def _add_workspaces(self, recent: Sequence[RecentWorkspace]) -> None:
        other = link_button(tr("Open another workspace…"))
        other.clicked.connect(self.other_workspace_wanted)
        if recent:
            self.column.addWidget(plain_label(tr("Recent workspaces"), "label"))
            self.column.addWidget(hairline())
        lines = QVBoxLayout()
        lines.setSpacing(0)
        for workspace in recent:
            line = RecentLine(workspace)
            line.clicked.connect(partial(self._choose, workspace.folder))
            lines.addWidget(line)
        self.column.addLayout(lines)
        self.column.addWidget(other, 0, Qt.AlignmentFlag.AlignLeading)

    def _choose(self, folder: str, *_checked: bool) -> None:
        self.workspace_chosen.emit(folder)


def _store_sentence(formats: Sequence[str]) -> str:
    if not formats:
        return tr("Live stores are pulled from the command line for now: assay source add.")
    return tr(
        "For now from the command line (assay source add); exported files open here: {formats}."
    ).format(formats=", ".join(formats))
