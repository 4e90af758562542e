"""The rules of the house that no linter knows, read from the syntax of every module.

A rule is a function that yields (line, what is wrong). Each stands with an offence that it must see and with a
lawful neighbour that it must leave alone, so that no rule can fall silent unnoticed.
"""

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from assay.base.registry import REGISTRIES

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "assay"

MODULE_LINES, FUNCTION_LINES, PUBLIC_METHODS = 400, 60, 25

# Imports inside functions: what is heavy and off the road to the first paint (docs/architecture.md, Late loading).
LATE_PLACES = {
    "__main__.py",
    "app.py",
    "gui/chart_canvas.py",
    "gui/shell.py",
    "operations/demo.py",
    "operations/secrets.py",
    "sources/live/door.py",
    "traces/duck.py",
    "workspace/migrate.py",
}

# Short waits for another program, on a lane of their own and never on the event loop.
WAITS = {"traces/layout.py": "Windows refuses to replace a file while somebody reads it"}

# Broad handlers: where somebody else's fault must not take the program down.
BORDERS = {
    "app.py": "the event loop",
    "base/registry.py": "a plug-in",
    "cli/run.py": "the command line turns a fault of ours into a report",
    "gui/lanes.py": "the worker",
    "viewmodels/lanes.py": "the worker",
}

# Whatever shows rich text, asks Qt to guess whether a text is rich, or opens an address.
UNSAFE = {
    "setHtml", "setMarkdown", "insertHtml", "insertMarkdown", "appendHtml", "anchorHref", "setOpenExternalLinks",
    "QMessageBox", "QErrorMessage", "QInputDialog", "QProgressDialog", "QWhatsThis", "QToolTip", "ToolTipRole",
    "setWhatsThis", "QDesktopServices", "webbrowser",
}  # fmt: skip
UNSAFE_ALLOWED: dict[str, set[str]] = {"gui/plain.py": {"QToolTip", "ToolTipRole"}}

DRAWERS = {"utils", "util", "helpers", "helper", "manager", "managers", "common", "misc", "tools"}
SESSIONS = {
    "Session",
    "create_engine",
    "sessionmaker",
    "scoped_session",
    "AsyncSession",
    "create_async_engine",
}
KIND_NAMES = {"kind", "kind_name", "format", "layout", "control"}


@dataclass(frozen=True)
class Module:
    """A module of the program, ``path`` as seen from src/assay."""

    path: str
    text: str
    tree: ast.Module

    @property
    def room(self) -> str:
        return self.path.split("/")[0]


Offence = tuple[int, str]
Rule = Callable[[Module], Iterator[Offence]]


def parsed(path: str, text: str) -> Module:
    return Module(path, text, ast.parse(text))


@cache
def modules() -> tuple[Module, ...]:
    files = sorted(SOURCE.rglob("*.py"))
    return tuple(
        parsed(file.relative_to(SOURCE).as_posix(), file.read_text(encoding="utf-8")) for file in files
    )


def name_of(node: ast.AST) -> str:
    """The last word of a name or an attribute."""
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def functions(module: Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    return (
        node for node in ast.walk(module.tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    )


def imported(module: Module) -> Iterator[tuple[int, str, str]]:
    """Every (line, module, name) that is imported; the name is empty for a whole module."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name, "") for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from ((node.lineno, node.module or "", alias.name) for alias in node.names)


def modules_are_short(module: Module) -> Iterator[Offence]:
    lines = module.text.count("\n")
    if lines > MODULE_LINES:
        yield 1, f"{lines} lines, at most {MODULE_LINES}"


def functions_are_short(module: Module) -> Iterator[Offence]:
    if module.path.startswith("workspace/migrations/"):
        return  # a table is a list of columns
    for node in functions(module):
        lines = (node.end_lineno or node.lineno) - node.lineno + 1
        if lines > FUNCTION_LINES:
            yield node.lineno, f"{node.name} has {lines} lines, at most {FUNCTION_LINES}"


def classes_have_few_doors(module: Module) -> Iterator[Offence]:
    for node in ast.walk(module.tree):
        if isinstance(node, ast.ClassDef):
            methods = [m for m in node.body if isinstance(m, ast.FunctionDef) and not m.name.startswith("_")]
            if len(methods) > PUBLIC_METHODS:
                yield node.lineno, f"{node.name} has {len(methods)} public methods, at most {PUBLIC_METHODS}"


def modules_are_named_after_the_trade(module: Module) -> Iterator[Offence]:
    for part in Path(module.path).with_suffix("").parts:
        if DRAWERS & set(part.strip("_").split("_")):
            yield 1, f"“{part}” says nothing about what is in it"


def errors_are_caught_by_name(module: Module) -> Iterator[Offence]:
    broad = {"Exception", "BaseException"}
    for node in ast.walk(module.tree):
        if isinstance(node, ast.ExceptHandler):
            caught = node.type.elts if isinstance(node.type, ast.Tuple) else [node.type]
            everything = any(kind is None or name_of(kind) in broad for kind in caught)
        else:
            suppressing = isinstance(node, ast.Call) and name_of(node.func) == "suppress"
            everything = suppressing and any(name_of(kind) in broad for kind in node.args)
        if everything and module.path not in BORDERS:
            yield node.lineno, "catches everything, and is no border"


def errors_are_not_swallowed(module: Module) -> Iterator[Offence]:
    for node in ast.walk(module.tree):
        if isinstance(node, ast.ExceptHandler) and all(isinstance(line, ast.Pass) for line in node.body):
            yield node.lineno, "swallows an error; contextlib.suppress says so at least"


def nothing_waits_on_the_event_loop(module: Module) -> Iterator[Offence]:
    for node in ast.walk(module.tree):
        if name_of(node) in {"processEvents", "msleep", "usleep"}:
            yield node.lineno, f"{name_of(node)} pokes the event loop"
        sleeps = isinstance(node, ast.Attribute) and node.attr == "sleep"
        if sleeps and name_of(node.value) in {"time", "QThread"} and module.path not in WAITS:
            yield node.lineno, "sleeps"
    yield from (
        (line, "sleeps") for line, source, name in imported(module) if (source, name) == ("time", "sleep")
    )


@cache
def kind_names() -> frozenset[str]:
    """What the registries' kinds are called, as far as their files tell."""
    stems = [Path(module.path).stem for module in modules() if module.room in REGISTRIES]
    return frozenset(stems) | frozenset(stem.replace("_", "-") for stem in stems)


def _asks_for_kind(node: ast.expr) -> bool:
    """Whether an expression is the name of a kind: ``kind``, ``x.kind``, ``x.kind.name``."""
    inner = node.value if isinstance(node, ast.Attribute) and node.attr == "name" else node
    return name_of(inner) in KIND_NAMES


def _words_compared(node: ast.AST) -> Iterator[str]:
    """The words that a chain of if and elif, or a match, holds against the name of a kind."""
    if isinstance(node, ast.Match) and _asks_for_kind(node.subject):
        constants = (part for case in node.cases for part in ast.walk(case.pattern))
        yield from (str(part.value) for part in constants if isinstance(part, ast.Constant))
    while isinstance(node, ast.If):
        test = node.test
        if isinstance(test, ast.Compare) and isinstance(test.ops[0], ast.Eq) and _asks_for_kind(test.left):
            yield from (str(word.value) for word in test.comparators if isinstance(word, ast.Constant))
        if len(node.orelse) != 1:
            return
        node = node.orelse[0]


def kinds_are_looked_up_not_told_apart(module: Module) -> Iterator[Offence]:
    for node in ast.walk(module.tree):
        if len(kind_names() & set(_words_compared(node))) > 1:
            yield node.lineno, "tells kinds apart one by one; a kind is a file in a registry"


def imports_stand_at_the_top(module: Module) -> Iterator[Offence]:
    if module.path in LATE_PLACES:
        return
    for function in functions(module):
        for node in ast.walk(function):
            if isinstance(node, ast.Import | ast.ImportFrom):
                yield node.lineno, f"{function.name} imports late, and is no documented place"
    for node in ast.walk(module.tree):
        called = name_of(node.func) if isinstance(node, ast.Call) else ""
        if called in {"import_module", "__import__"} and module.path != "base/registry.py":
            yield node.lineno, "imports by name"


def only_the_workspace_holds_sessions(module: Module) -> Iterator[Offence]:
    if module.room == "workspace":
        return
    for line, source, name in imported(module):
        if source.split(".")[0] in {"sqlmodel", "sqlalchemy"} and (
            name in SESSIONS or source == "sqlalchemy.orm"
        ):
            yield line, f"{source} {name}: sessions live in workspace/"


def tables_keep_their_annotations(module: Module) -> Iterator[Offence]:
    tables = any(
        isinstance(node, ast.ClassDef) and any(word.arg == "table" for word in node.keywords)
        for node in ast.walk(module.tree)
    )
    for line, source, name in imported(module):
        if tables and (source, name) == ("__future__", "annotations"):
            yield line, "SQLModel needs annotations as objects, not as text"


def _says_plain(node: ast.AST) -> bool:
    """Whether something in it sets the text format to plain."""
    calls = (
        call
        for call in ast.walk(node)
        if isinstance(call, ast.Call) and name_of(call.func) == "setTextFormat"
    )
    return any(name_of(call.args[0]) == "PlainText" for call in calls)


def labels_are_plain(module: Module) -> Iterator[Offence]:
    if module.path == "gui/plain.py":
        return
    for node in ast.walk(module.tree):
        makes = isinstance(node, ast.Call) and name_of(node.func) == "QLabel"
        extends = isinstance(node, ast.ClassDef) and any(name_of(base) == "QLabel" for base in node.bases)
        if makes or (extends and not _says_plain(node)):
            yield node.lineno, "a QLabel guesses whether its text is rich: gui/plain.py has one that does not"


def tooltips_are_plain(module: Module) -> Iterator[Offence]:
    if module.path == "gui/plain.py":
        return
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Call) and name_of(node.func) == "setToolTip":
            given = node.args[0]
            if isinstance(given, ast.Call) and name_of(given.func) == "tr":
                given = given.args[0]
            if not isinstance(given, ast.Constant):
                yield (
                    node.lineno,
                    "a tooltip guesses whether its text is rich: gui/plain.py has one that does not",
                )


def nothing_shows_rich_text_or_opens_addresses(module: Module) -> Iterator[Offence]:
    used = [(node.lineno, name_of(node)) for node in ast.walk(module.tree) if name_of(node)]
    used += [(line, name or source) for line, source, name in imported(module)]
    for line, name in used:
        if name in UNSAFE - UNSAFE_ALLOWED.get(module.path, set()):
            yield line, f"{name} shows rich text or opens an address"


def texts_are_calm(module: Module) -> Iterator[Offence]:
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Call) and name_of(node.func) in {"tr", "trn"}:
            for text in node.args:
                if isinstance(text, ast.Constant) and isinstance(text.value, str) and "!" in text.value:
                    yield node.lineno, f"“{text.value}” shouts"


def reviewers_have_one_name(module: Module) -> Iterator[Offence]:
    """A foreign format may use its own word in its own fields, so a source may quote it."""
    quoted = {node.lineno for node in ast.walk(module.tree) if isinstance(node, ast.Constant)}
    for number, line in enumerate(module.text.splitlines(), start=1):
        if "annotator" in line.lower() and not (module.room == "sources" and number in quoted):
            yield number, "a person who reviews is a reviewer, or a rater in code"


RULES: list[tuple[Rule, str, str, str]] = [
    # the rule · a path · an offence at that path · its lawful neighbour
    (modules_are_short, "stats/a.py", "x = 1\n" * 401, "x = 1\n" * 400),
    (functions_are_short, "stats/a.py", "def f():\n" + "    x = 1\n" * 60, "def f():\n" + "    x = 1\n" * 59),
    (
        classes_have_few_doors,
        "gui/a.py",
        "class A:\n" + "".join(f"    def f{n}(self): ...\n" for n in range(26)),
        "class A:\n" + "".join(f"    def {'_' * (n > 24)}f{n}(self): ...\n" for n in range(40)),
    ),
    (errors_are_caught_by_name, "stats/a.py", "try: f()\nexcept (A, Exception): g()", "try: f()\nexcept A: g()"),
    (errors_are_caught_by_name, "stats/a.py", "with suppress(Exception): f()", "with suppress(OSError): f()"),
    (errors_are_not_swallowed, "app.py", "try: f()\nexcept OSError: pass", "with suppress(OSError): f()"),
    (nothing_waits_on_the_event_loop, "gui/a.py", "app.processEvents()", "app.process()"),
    (nothing_waits_on_the_event_loop, "gui/a.py", "time.sleep(1)", "time.monotonic()"),
    (
        kinds_are_looked_up_not_told_apart,
        "gui/a.py",
        "if c.kind == 'binary': f()\nelif c.kind == 'scale': g()",
        "if c.kind == 'binary': f()\nelif c.size > 3: g()",
    ),
    (
        kinds_are_looked_up_not_told_apart,
        "gui/a.py",
        "match c.kind:\n    case 'binary': f()\n    case 'scale': g()",
        "match c.kind:\n    case 'heading': f()\n    case 'code': g()",
    ),
    (imports_stand_at_the_top, "gui/a.py", "def f():\n    import duckdb", "import duckdb\ndef f(): ..."),
    (imports_stand_at_the_top, "gui/a.py", "importlib.import_module('numpy')", "import importlib"),
    (only_the_workspace_holds_sessions, "model/a.py", "from sqlmodel import Session", "from sqlmodel import Field"),
    (
        tables_keep_their_annotations,
        "model/a.py",
        "from __future__ import annotations\nclass A(SQLModel, table=True): ...",
        "from __future__ import annotations\nclass A(BaseModel): ...",
    ),
    (labels_are_plain, "gui/a.py", "QtWidgets.QLabel('x')", "plain.label('x')"),
    (
        labels_are_plain,
        "gui/a.py",
        "class A(QLabel):\n    def __init__(self): self.setTextFormat(Qt.TextFormat.RichText)",
        "class A(QLabel):\n    def __init__(self): self.setTextFormat(Qt.TextFormat.PlainText)",
    ),
    (tooltips_are_plain, "gui/a.py", "w.setToolTip(trace.name)", "w.setToolTip(tr('Undo'))"),
    (nothing_shows_rich_text_or_opens_addresses, "gui/a.py", "view.setHtml(x)", "view.setPlainText(x)"),
    (nothing_shows_rich_text_or_opens_addresses, "gui/plain.py", "QMessageBox.about()", "QToolTip.showText()"),
    (texts_are_calm, "gui/a.py", "tr('Saved!')", "tr('Saved')"),
    (reviewers_have_one_name, "stats/a.py", "annotator = 1", "rater = 1"),
    (reviewers_have_one_name, "sources/a.py", "# an annotator", "kind = row['annotator_kind']"),
]  # fmt: skip


@pytest.mark.parametrize("rule", dict.fromkeys(row[0] for row in RULES), ids=lambda rule: rule.__name__)
def test_the_house_keeps_its_rule(rule: Rule):
    assert modules()
    found = [f"src/assay/{module.path}:{line} {what}" for module in modules() for line, what in rule(module)]
    assert not found, "\n".join(found)


@pytest.mark.parametrize(("rule", "path", "offence", "lawful"), RULES)
def test_a_rule_sees_an_offence_and_lets_its_neighbour_pass(rule: Rule, path: str, offence: str, lawful: str):
    assert list(rule(parsed(path, offence)))
    assert not list(rule(parsed(path, lawful)))


@pytest.mark.parametrize("path", ["gui/utils.py", "base/_common.py", "helpers/a.py", "gui/window_manager.py"])
def test_a_drawer_is_seen(path: str):
    assert list(modules_are_named_after_the_trade(parsed(path, "")))


def test_modules_are_named_after_what_is_in_them():
    assert not [module.path for module in modules() if list(modules_are_named_after_the_trade(module))]


def test_the_architecture_names_every_place_of_late_loading():
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    late = text[text.index("## Late loading") :]
    assert [place for place in sorted(LATE_PLACES) if f"`{place}" not in late] == []
