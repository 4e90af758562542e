"""An open workspace: what the team has decided and done, as a few books."""

from pathlib import Path

from sqlalchemy import Engine

from assay.workspace.drafts import Drafts
from assay.workspace.engine import Store, WorkspaceFile, quick_check
from assay.workspace.plans import Plans
from assay.workspace.remembered import RememberedValues
from assay.workspace.reviews import Reviews
from assay.workspace.rubrics import Rubrics
from assay.workspace.samples import Samples
from assay.workspace.sources import Sources
from assay.workspace.standing import Standing


class Workspace:
    """The books of one workspace folder. Make or open one, hand it on, close it at the end."""

    def __init__(self, folder: Path, engine: Engine) -> None:
        store = Store(engine)
        self._engine = engine
        self.folder = folder
        self.rubrics = Rubrics(store)
        self.plans = Plans(store)
        self.samples = Samples(store)
        self.reviews = Reviews(store)
        self.standing = Standing(store)
        self.drafts = Drafts(store)
        self.remembered = RememberedValues(store)
        self.sources = Sources(store)

    @classmethod
    def create(cls, folder: Path) -> "Workspace":
        """A workspace in that folder; one that is there already is opened."""
        return cls(folder, WorkspaceFile(folder).make())

    @classmethod
    def open(cls, folder: Path) -> "Workspace":
        """The workspace in that folder. Raises Refused when there is none."""
        return cls(folder, WorkspaceFile(folder).open())

    @property
    def traces_folder(self) -> Path:
        """Where the trace store of this workspace lives."""
        return self.folder / "traces"

    @property
    def rejects_folder(self) -> Path:
        """Where refused records are written."""
        return self.folder / "rejects"

    def soundness(self) -> str:
        """What the database's own check says: ``ok``, or what is wrong."""
        return quick_check(self._engine)

    def close(self) -> None:
        """Let go of the file."""
        self._engine.dispose()
