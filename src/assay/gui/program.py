"""The running program: opens a workspace, leads from place to place, and leaves nothing unsaved behind."""

import getpass
from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QApplication, QFileDialog

from assay.base.clock import Clock
from assay.base.errors import AssayError
from assay.base.progress import Progress
from assay.base.translation import tr
from assay.gui.commands import CommandHub
from assay.gui.icon_sets import window_icon
from assay.gui.key_sheet import KeySheet
from assay.gui.lanes import ThreadLanes
from assay.gui.palette import CommandPalette
from assay.gui.places import Places
from assay.gui.progress_page import ProgressPage
from assay.gui.shell import Shell, place_ids
from assay.gui.theme import CHOICES, current_theme
from assay.gui.welcome import RecentWorkspace, Welcome
from assay.model.review import Act
from assay.operations.demo import is_synthetic
from assay.operations.office import Office, open_office
from assay.operations.preferences import Preferences, keep_preferences, with_workspace
from assay.viewmodels.arrivals import Arrival, bring_demo, bring_files, suggested_folder
from assay.viewmodels.commands import Scope
from assay.viewmodels.latest import fault_of

_SCOPES: dict[str, Scope] = {"today": "today", "review": "review"}
_STORES = ("Phoenix", "MLflow", "Langfuse", "LangSmith", "OTLP and others")
_READER, _WELCOME, _ARRIVING = "reader", "welcome", "arriving"


class Program(QObject):
    """Ties the window's frame to an office. Made after the first paint; lives as long as the window."""

    def __init__(
        self, app: QApplication, shell: Shell, preferences: Preferences, folder: Path | None, clock: Clock
    ) -> None:
        super().__init__(shell)
        self._shell, self._preferences, self._clock = shell, preferences, clock
        shell.setWindowIcon(window_icon())
        self.lanes = ThreadLanes(self)
        self.hub = CommandHub(shell)
        self.office: Office | None = None
        self.places: Places | None = None
        self._made: set[str] = set()
        self._came_from = "today"
        self._bind()
        app.aboutToQuit.connect(self.close)
        app.applicationStateChanged.connect(self._came_back)
        theme = current_theme()
        if theme is not None:
            theme.changed.connect(self._restyle)
        if folder is None:
            self.welcome()
        else:
            self.open(folder)

    # Opening

    def welcome(self) -> None:
        """Show the three ways in."""
        recent = [
            RecentWorkspace(Path(one).name, one) for one in self._preferences.recent if Path(one).is_dir()
        ]
        page = Welcome(_STORES, recent)
        page.files_wanted.connect(self._choose_files)
        page.demo_wanted.connect(self._make_demo)
        page.store_wanted.connect(self._tell_of_stores)
        page.workspace_chosen.connect(lambda folder: self.open(Path(folder)))
        page.other_workspace_wanted.connect(self._choose_workspace)
        self._shell.add_page(_WELCOME, page)
        self._shell.set_focus_mode(True)
        self._shell.show_place(_WELCOME)

    def open(self, folder: Path) -> None:
        """Open the workspace in that folder and go to Today."""
        work = partial(open_office, folder, self._clock)
        self.lanes.write(work, self._opened, self._not_opened)

    def _opened(self, office: Office) -> None:
        if self.office is not None:
            self.office.close()
        self.office = office
        self._remember(with_workspace(self._preferences, office.folder)._replace(rater=self._rater()))
        self.places = Places(office, self.lanes, self.hub, self._rater())
        self.places.desk.auto_advance = self._preferences.auto_advance
        self._made = set()
        self._connect(self.places)
        self._shell.set_workspace_name(office.folder.name)
        self._shell.set_notice(
            tr("Synthetic data, made for the demo.") if is_synthetic(office) else "", "synthetic"
        )
        self._shell.set_focus_mode(False)
        for place in ("today", "review"):
            self._page(place)
        self.go("today")

    def _not_opened(self, error: Exception) -> None:
        self.welcome()
        self._shell.set_notice(" ".join(part for part in _words(error) if part), "error")

    def _connect(self, places: Places) -> None:
        places.said.connect(self._shell.set_notice)
        places.reading.connect(self._read)
        places.today.start_wanted.connect(self._start)
        places.today.files_wanted.connect(self._choose_files)
        places.today.item_wanted.connect(self._look_again)
        places.today.rater_changed.connect(self._review_as)
        places.review.left.connect(lambda: self.go("today"))
        places.review.bind()
        places.reader.closed.connect(lambda: self.go(self._came_from))
        self.hub.bind("today.start", lambda: self._start(False), places.today.can_start)
        self._shell.add_page(_READER, places.reader)

    # Going from place to place

    def go(self, place: str) -> None:
        """Show a place; what was begun on the one left is kept."""
        if self.places is None:
            return
        if self._shell.place == "review" and place != "review":
            self.places.desk.leave()
        self._page(place)
        self._came_from = place
        if place == "today":
            self.places.today_state.refresh()
        if place == "review":
            self.places.desk.open()
        self._shell.set_focus_mode(place == "review")
        self._shell.show_place(place)
        self.hub.set_scope(_SCOPES.get(place, "global"))

    def _page(self, place: str) -> None:
        if place not in self._made and self.places is not None:
            self._made.add(place)
            self._shell.add_page(place, self.places.make(place))

    def _start(self, with_tail: bool) -> None:
        if self.places is not None:
            self.go("review")
            if with_tail:
                self.places.desk.open(with_tail=True)

    def _look_again(self, uid: str) -> None:
        """A flagged trace: one that is decided is read with everything about it, one that is not is still blind."""
        found = self.places.today_state.queue if self.places is not None else None
        item = next((one for one in found.items if one.trace_uid == uid), None) if found else None
        if item is not None and item.act not in (Act.SUBMIT, Act.CANNOT_JUDGE):
            self._start(False)
        else:
            self._read((uid,))

    def _read(self, uids: tuple[str, ...]) -> None:
        if self.places is not None and uids:
            self.places.reader.read(uids)
            self._shell.set_focus_mode(True)
            self._shell.show_place(_READER)
            self.hub.set_scope("global")

    def _bind(self) -> None:
        for place in place_ids():
            self.hub.bind(f"go.{place}", partial(self.go, place), self._has_office)
            self._shell.set_hint(place, self.hub.keys_for(f"go.{place}"))
        for look in CHOICES:
            self.hub.bind(f"look.{look}", partial(self._look, look))
        for name, times in (("larger", 1.1), ("smaller", 1 / 1.1), ("usual", 0.0)):
            self.hub.bind(f"text.{name}", partial(self._scale_text, times))
        self.hub.bind("review.auto-advance", self._turn_auto_advance, self._has_office)
        self.hub.bind("program.open-files", self._choose_files)
        self.hub.bind("program.open-workspace", self._choose_workspace)
        self.hub.bind("program.palette", self._show_palette)
        self.hub.bind("program.keys", self._show_keys)
        self._shell.set_hint("commands", self.hub.keys_for("program.palette"))
        self._shell.set_hint("keys", self.hub.keys_for("program.keys"))
        self._shell.place_chosen.connect(self.go)
        self._shell.commands_wanted.connect(self._show_palette)
        self._shell.keys_wanted.connect(self._show_keys)

    def _has_office(self) -> bool:
        return self.office is not None

    def _show_palette(self) -> None:
        CommandPalette(self.hub, self._shell).open()

    def _show_keys(self) -> None:
        KeySheet(self.hub.keymap, self._shell).open()

    # Ways in

    def _choose_files(self) -> None:
        chosen, _filter = QFileDialog.getOpenFileNames(self._shell, tr("Open files"))
        if chosen:
            paths = [Path(one) for one in chosen]
            folder = self.office.folder if self.office else suggested_folder(paths[0])
            self._arrive(
                tr("Bringing in {name}").format(name=paths[0].name),
                partial(bring_files, folder, self._clock, paths),
            )

    def _make_demo(self) -> None:
        self._arrive(tr("Making the demo"), partial(bring_demo, self._clock))

    def _arrive(self, title: str, work: Callable[[Progress], Arrival]) -> None:
        """Run a long job with progress and a way to stop it, then open the workspace it filled."""
        page = ProgressPage(title, work, self.lanes)
        page.arrived.connect(self._arrived)
        page.stopped.connect(self._stopped)
        self._shell.add_page(_ARRIVING, page)
        self._shell.set_focus_mode(True)
        self._shell.show_place(_ARRIVING)
        page.begin()

    def _arrived(self, folder: Path, words: str) -> None:
        self._shell.set_notice(words, "info")
        self.open(folder)

    def _stopped(self, words: str) -> None:
        if self.office is None:
            self.welcome()
        else:
            self.go("today")
        self._shell.set_notice(words, "warning")

    def _choose_workspace(self) -> None:
        folder = QFileDialog.getExistingDirectory(self._shell, tr("Open another workspace"))
        if folder:
            self.open(Path(folder))

    def _tell_of_stores(self) -> None:
        self._shell.set_notice(
            tr(
                "For now a store is connected on the command line: assay source add. Its exported files open here."
            ),
            "info",
        )

    # Around it

    def _rater(self) -> str:
        return self._preferences.rater or _account_name()

    def _review_as(self, name: str) -> None:
        self._remember(self._preferences._replace(rater=name))
        if self.places is not None:
            self.places.review_as(name)

    def _remember(self, preferences: Preferences) -> None:
        self._preferences = preferences
        try:
            keep_preferences(preferences)
        except AssayError as error:
            self._shell.set_notice(str(error), "warning")

    def _look(self, choice: str) -> None:
        theme = current_theme()
        if theme is not None:
            theme.choose(choice)
            self._remember(self._preferences._replace(appearance=choice))

    def _scale_text(self, times: float) -> None:
        theme = current_theme()
        if theme is not None:
            scale = min(2.0, max(0.8, round(theme.text_scale * times, 2))) if times else 1.0
            theme.set_text_scale(scale)
            self._remember(self._preferences._replace(text_scale=scale))

    def _turn_auto_advance(self) -> None:
        on = not self._preferences.auto_advance
        self._remember(self._preferences._replace(auto_advance=on))
        if self.places is not None:
            self.places.desk.auto_advance = on
        words = tr("The next trace comes by itself.") if on else tr("Enter shows the next trace.")
        self._shell.set_notice(words, "info")

    def _came_back(self, state: Qt.ApplicationState) -> None:
        """The window is looked at again, perhaps on another day."""
        if state == Qt.ApplicationState.ApplicationActive and self._shell.place == "today" and self.places:
            self.places.today_state.refresh()

    def _restyle(self) -> None:
        if self.places is not None:
            self.places.restyle()

    def close(self) -> None:
        """Write down what was begun, finish what is being written, and let go of the files."""
        if self.places is not None:
            self.places.desk.leave()
        self.lanes.close()
        if self.office is not None:
            self.office.close()


def _words(error: Exception) -> tuple[str, str, str]:
    fault = fault_of(error, tr("Nothing was changed."))
    return fault.what, fault.safe, fault.what_to_do


def _account_name() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return tr("Reviewer")
