"""The line above a trace: the way back, how far the day is, what was just done, and flag, undo, keys."""

from functools import partial

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QWidget

from assay.base.translation import tr, trn
from assay.gui.buttons import Button, icon_button, text_button
from assay.gui.commands import CommandHub
from assay.gui.notice import ElidedLabel
from assay.gui.plain import plain_label
from assay.gui.theme import scaled
from assay.gui.tokens import SPACE

HEIGHT = 44
_MESSAGE_MS = 2000


class DayProgress(QWidget):
    """The header of the Review screen."""

    back = Signal()

    def __init__(self, hub: CommandHub) -> None:
        super().__init__()
        self.setProperty("ground", "background")
        self.setFixedHeight(scaled(HEIGHT))
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setFixedWidth(scaled(220))
        self._bar.setAccessibleName(tr("Progress"))
        self._far: QLabel = plain_label("", "muted", wrap=False)
        self._message = ElidedLabel()
        self._message.setProperty("role", "muted")
        self._flag: Button = icon_button("flag", tr("Flag"))
        self._clear = QTimer(self)
        self._clear.setSingleShot(True)
        self._clear.timeout.connect(self._forget)
        self._lay_out(hub)

    def _lay_out(self, hub: CommandHub) -> None:
        back = text_button(tr("Today"), "back", "muted")
        back.clicked.connect(self.back)
        row = QHBoxLayout(self)
        row.setContentsMargins(SPACE.s, 0, SPACE.m, 0)
        row.setSpacing(SPACE.m)
        row.addWidget(back)
        row.addWidget(self._bar)
        row.addWidget(self._far)
        row.addSpacing(SPACE.s)
        row.addWidget(self._message, 1)
        self._more = icon_button("more", tr("All commands of this place"))
        self._more.clicked.connect(partial(self._show_menu, hub))
        for button, command in (
            (self._flag, "item.flag"),
            (icon_button("undo", tr("Undo")), "review.undo"),
            (icon_button("help", tr("Show all keys")), "program.keys"),
        ):
            hub.attach(button, command)
            row.addWidget(button)
        row.addWidget(self._more)

    def show_progress(self, done: int, total: int, minutes: int) -> None:
        """How many of the day's items are behind, and about how long the rest takes."""
        self._bar.setMaximum(max(1, total))
        self._bar.setValue(done)
        about = trn("about {n} min", "about {n} min", minutes).format(n=minutes) if minutes else ""
        far = tr("{done} of {total}").format(done=done, total=total)
        self._far.setText(f"{far} · {about}" if about else far)

    def show_flag(self, on: bool) -> None:
        """Whether the item carries a flag."""
        self._flag.show_icon("flag", "warning" if on else "muted")
        self._flag.setAccessibleName(tr("Flagged") if on else tr("Flag"))

    def say(self, message: str) -> None:
        """One line, for two seconds."""
        if message:
            self._message.set_full_text(message)
            self._clear.start(_MESSAGE_MS)

    @property
    def said(self) -> str:
        """What is being said."""
        return self._message.full_text

    def _show_menu(self, hub: CommandHub, *_checked: bool) -> None:
        menu = hub.menu(self)
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(self._more.mapToGlobal(self._more.rect().bottomLeft()))

    def _forget(self) -> None:
        self._message.set_full_text("")
