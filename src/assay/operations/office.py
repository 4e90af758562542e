"""An office: an open workspace with its trace store and the clock. Every operation is done in one."""

from dataclasses import dataclass
from pathlib import Path

from assay.base.clock import Clock
from assay.base.ids import new_id
from assay.criteria.builtin import builtin_rubrics
from assay.model.plan import SamplingPlan
from assay.traces.store import TraceStore
from assay.workspace.workspace import Workspace

DEFAULT_PLAN = "daily"
DEFAULT_RUBRIC = "pass-fail"


@dataclass(frozen=True, slots=True)
class Office:
    """What an operation works in."""

    workspace: Workspace
    traces: TraceStore
    clock: Clock

    @property
    def folder(self) -> Path:
        """The workspace's folder."""
        return self.workspace.folder

    def close(self) -> None:
        """Let go of the files."""
        self.traces.close()
        self.workspace.close()


def make_office(folder: Path, clock: Clock) -> Office:
    """Open the workspace in that folder, making it with the built-in rubrics and the daily plan if need be."""
    workspace = Workspace.create(folder)
    _furnish(workspace, clock)
    return Office(workspace, TraceStore(workspace.traces_folder), clock)


def open_office(folder: Path, clock: Clock) -> Office:
    """Open the workspace in that folder. Raises Refused when there is none."""
    workspace = Workspace.open(folder)
    return Office(workspace, TraceStore(workspace.traces_folder), clock)


def _furnish(workspace: Workspace, clock: Clock) -> None:
    if workspace.remembered.get("workspace_id") is not None:
        return
    now = clock.now()
    for name, (title, criteria) in builtin_rubrics().items():
        workspace.rubrics.put(name, title, criteria, now)
    plan = SamplingPlan(name=DEFAULT_PLAN, seed=new_id(), rubric=DEFAULT_RUBRIC, created_at=now)
    workspace.plans.begin(plan)
    workspace.remembered.set("workspace_id", new_id())
