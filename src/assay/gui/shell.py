"""The window itself: rail, notices and the page in view. The first thing painted, so it knows only Qt and looks.

Nothing here may load the model, the workspace or any heavy library; a test holds that.
"""

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QMainWindow, QStackedWidget, QVBoxLayout, QWidget

from assay.base.translation import tr
from assay.gui.focus_ring import FocusRing
from assay.gui.plain import hairline, plain_label
from assay.gui.rail import Rail, places
from assay.gui.theme import scaled

if TYPE_CHECKING:
    from assay.gui.notice import Kind, Notice

COLLAPSE_BELOW = 1000
SMALLEST = (720, 520)
USUAL = (1280, 800)


class Shell(QMainWindow):
    """The frame of the program: the rail with the eight places, and the page in view.

    ``place_chosen(place_id)`` says that a place was clicked in the rail; whoever listens calls `show_place`.
    """

    place_chosen = Signal(str)
    commands_wanted = Signal()
    keys_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._pages: dict[str, QWidget] = {}
        self._place = ""
        self._rail = Rail()
        self._rail_line = hairline(vertical=True)
        self._notices: dict[bool, Notice] = {}
        self._page_area = QVBoxLayout()
        self._stack = _stack()
        self._waiting = _waiting_page()
        self._stack.addWidget(self._waiting)
        self._rail.place_chosen.connect(self._choose)
        self._rail.commands_wanted.connect(self.commands_wanted)
        self._rail.keys_wanted.connect(self.keys_wanted)
        self.setWindowTitle("Assay")
        self.setMinimumSize(*SMALLEST)
        self.resize(*USUAL)
        self._lay_out()
        self._ring = FocusRing(self)

    def _lay_out(self) -> None:
        middle = QWidget()
        row = QHBoxLayout(middle)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self._rail)
        row.addWidget(self._rail_line)
        self._page_area.setSpacing(0)
        self._page_area.addWidget(self._stack, 1)
        row.addLayout(self._page_area, 1)
        self.setCentralWidget(middle)

    def add_page(self, place_id: str, page: QWidget) -> None:
        """Let ``page`` be what is shown at a place, in place of what was there. Ids outside the rail may be used."""
        old = self._pages.pop(place_id, None)
        if old is not None:
            self._stack.removeWidget(old)
            old.deleteLater()
        self._pages[place_id] = page
        self._stack.addWidget(page)
        if place_id == self._place:
            self._stack.setCurrentWidget(page)

    def page(self, place_id: str) -> QWidget | None:
        """The page at a place, where one was added."""
        return self._pages.get(place_id)

    @property
    def place(self) -> str:
        """The place in view; empty before the first."""
        return self._place

    def show_place(self, place_id: str) -> None:
        """Go to a place. Where its page is not there yet, the quiet waiting page stands in until it comes."""
        self._place = place_id
        self._rail.mark(place_id)
        page = self._pages.get(place_id, self._waiting)
        self._stack.setCurrentWidget(page)
        self._focus(page)

    def set_workspace_name(self, name: str) -> None:
        """Name the open workspace in the rail and in the window's title."""
        self._rail.workspace.set_name(name)
        self.setWindowTitle(f"{name} – Assay" if name else "Assay")

    def set_notice(self, text: str, kind: "Kind" = "info") -> None:
        """Say one line above the page, as plain text; an empty text takes it away.

        ``synthetic`` stands until it is taken away; the others replace one another and the reader can put them away.
        """
        standing = kind == "synthetic"
        if text:
            self._notice(standing).say(text, kind)
        elif standing in self._notices:
            self._notices[standing].clear()

    def set_focus_mode(self, on: bool) -> None:
        """Give the page the whole window (the rail is hidden), or bring the rail back."""
        self._rail.setVisible(not on)
        self._rail_line.setVisible(not on)

    def set_hint(self, name: str, keys: tuple[str, ...]) -> None:
        """Show the keys of a place, or of ``commands`` or ``keys``, in the rail; as pieces: ``("Ctrl", "1")``."""
        self._rail.set_hint(name, keys)

    @property
    def rail(self) -> Rail:
        """The rail, for tests and for tab order."""
        return self._rail

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._rail.set_collapsed(self.width() < scaled(COLLAPSE_BELOW))

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self.focusWidget() is None:
            self._stack.setFocus()

    def _focus(self, page: QWidget) -> None:
        """The page (or what it names as its focus proxy) has the keyboard next; left alone, Qt picks a rail item."""
        takes_focus = page.focusPolicy() != Qt.FocusPolicy.NoFocus or page.focusProxy() is not None
        (page if takes_focus else self._stack).setFocus()

    def _notice(self, standing: bool) -> "Notice":
        """The line that stands, or under it the one that passes; made when there is first something to say."""
        if standing not in self._notices:
            from assay.gui.notice import Notice

            made = self._notices[standing] = Notice(standing=standing)
            self._page_area.insertWidget(0 if standing else self._page_area.indexOf(self._stack), made)
        return self._notices[standing]

    def _choose(self, place_id: str) -> None:
        # A click alone does not move the mark: whoever listens may have a reason to stay.
        self._rail.mark(self._place)
        self.place_chosen.emit(place_id)


def place_ids() -> tuple[str, ...]:
    """The ids of the eight places, in the order of the rail."""
    return tuple(place.id for place in places())


def _stack() -> QStackedWidget:
    """The page area can hold the focus itself, unseen: before anything is chosen, and after a click on blank space."""
    stack = QStackedWidget()
    stack.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
    stack.setProperty("focusRing", False)
    return stack


def _waiting_page() -> QWidget:
    page = QWidget()
    column = QVBoxLayout(page)
    label = plain_label(tr("Opening the workspace…"), "muted", wrap=False)
    column.addStretch(2)
    column.addWidget(label, 0, Qt.AlignmentFlag.AlignHCenter)
    column.addStretch(3)
    return page
