"""A trace that means harm: nothing is fetched, nothing foreign is drawn, nothing hangs and nothing falls over.

A listener counts what is asked of it, and a magenta picture lies where the traces point: one magenta point on the
screen, or one request, and the trap has sprung.
"""

import threading
import time
import urllib.request
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QUrl
from PySide6.QtGui import QColor, QDesktopServices, QImage, QTextFormat
from PySide6.QtWidgets import QTextEdit

from assay.gui.fonts import load_fonts
from assay.gui.trace_style import ReadingColours, TraceStyle
from assay.gui.trace_view import TraceView
from assay.model.trace import Document, Message, Part, Step, Trace, text_message
from assay.viewmodels.reading import read_trace

pytestmark = [
    pytest.mark.qt_log_ignore("does not support propagateSizeHints"),
    pytest.mark.usefixtures("settled_memory"),
]

COLOURS = ReadingColours("#FFFFFF", "#F3F2EF", "#E2E0DB", "#1C1B19", "#5C5953", "#2A5C8F", "#E7EFF7")
MAGENTA = QColor("#FF00FF")
FIRST_PAINT_SECONDS = 1.0


class Listener(ThreadingHTTPServer):
    """A web server on this machine that remembers what it was asked for."""

    def __init__(self, picture: bytes) -> None:
        super().__init__(("127.0.0.1", 0), _Answer)
        self.picture = picture
        self.asked: list[str] = []

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class _Answer(BaseHTTPRequestHandler):
    def do_GET(self):
        self.server.asked.append(self.path)
        self.send_response(200)
        self.send_header("Content-Type", "image/png")
        self.end_headers()
        self.wfile.write(self.server.picture)

    def log_message(self, *_):
        pass


@pytest.fixture(scope="module")
def picture() -> bytes:
    image = QImage(64, 64, QImage.Format.Format_RGB32)
    image.fill(MAGENTA)
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")
    return bytes(data.data())


@pytest.fixture
def listener(picture):
    server = Listener(picture)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def trap(tmp_path, picture, monkeypatch):
    """The magenta picture as a file in the working folder."""
    (tmp_path / "trap.png").write_bytes(picture)
    monkeypatch.chdir(tmp_path)
    return tmp_path / "trap.png"


@pytest.fixture
def opened(monkeypatch):
    """Addresses that the desktop was asked to open."""
    addresses: list[str] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: addresses.append(url.toString()))
    return addresses


@pytest.fixture
def view(qtbot, qapp):
    load_fonts()
    made = TraceView(TraceStyle(COLOURS))
    qtbot.addWidget(made)
    made.resize(900, 720)
    made.show()
    qtbot.waitExposed(made)
    return made


def a_trace(text: str, everywhere: bool = True) -> Trace:
    """The text as an answer; where ``everywhere``, as question, passage, title, tool's name and result as well."""
    if not everywhere:
        return Trace(source="s", native_id="h", output=(text_message("assistant", text),))
    call = Message(
        role="assistant", parts=(Part(kind="tool_call", name=text[:500], data={text[:500]: text}),)
    )
    return Trace(
        source="s",
        native_id="h",
        input=(
            text_message("user", text),
            call,
            text_message(text[:100] or "user", text),
            text_message("user", "Q"),
        ),
        output=(text_message("assistant", text),),
        steps=(
            Step(id="r", kind="retriever", documents=(Document(title=text[:500], content=text),)),
            Step(
                id="t",
                kind="tool",
                name=text[:500],
                input=text,
                output={"list": [text, {"key": text}]},
                error=text,
            ),
        ),
        error=text,
    )


def first_paint(qtbot, view, trace, blind=True) -> float:
    """Seconds on the processor from the trace to its first paint."""
    begun = time.process_time()
    with qtbot.waitSignal(view.painted, timeout=30_000):
        view.show_reading(read_trace(trace, blind=blind))
    return time.process_time() - begun


def build_whole(qtbot, view, folds=True) -> None:
    qtbot.waitUntil(lambda: view.is_built, timeout=60_000)
    if folds:
        view.toggle_all_folds()
        qtbot.waitUntil(lambda: view.is_built, timeout=60_000)


def pictures_of(view):
    """What is to be seen, screen by screen, from the top to the bottom (20 screens at most)."""
    bar = view.pane.verticalScrollBar()
    for screen in range(20):
        bar.setValue(screen * view.height())
        yield view.grab().toImage()
        if bar.value() == bar.maximum():
            return


def has_magenta(image: QImage) -> bool:
    image = image.convertToFormat(QImage.Format.Format_RGB32)
    return MAGENTA.rgb().to_bytes(4, "little") in bytes(image.constBits())


def formats_of(view):
    block = view.pane.document().begin()
    while block.isValid():
        pieces = block.begin()
        while not pieces.atEnd():
            yield pieces.fragment().charFormat()
            pieces += 1
        block = block.next()


def text_of(view) -> str:
    return view.pane.toPlainText()


SYNTAXES = {
    "picture": "![alt]({})",
    "picture with a title": '![alt]({} "title")',
    "picture in angle brackets": "![alt](<{}>)",
    "picture in a link": "[![alt]({0})]({0})",
    "picture by reference": "![alt][a]\n\n[a]: {}",
    "picture in a table": "| a |\n|---|\n| ![x]({}) |",
    "picture in a list in a quote": "> - ![x]({})",
    "html picture": '<img src="{}">',
    "html picture in one line of text": "text <IMG SRC='{}' onerror=alert(1)> text",
    "html style": '<div style="background:url({})">x</div><style>@import "{}";</style>',
    "html frame": '<iframe src="{0}"></iframe><object data="{0}"></object><embed src="{0}">',
    "html script": '<script src="{}"></script><script>fetch("{}")</script>',
    "html link sheet": '<link rel="stylesheet" href="{}"><base href="{}">',
    "html svg": '<svg><image href="{0}" xlink:href="{0}"/></svg>',
    "link": "[click]({0}) <{0}> {0}",
    "html anchor": '<a href="{0}">click</a><a name="{0}">x</a>',
    "html in an entity": "&lt;img src=&quot;{}&quot;&gt;",
    "rich text in code": '```html\n<img src="{0}">\n```\n\n`<img src="{0}">`',
    "whole rich document": '<!DOCTYPE HTML><html><meta name="qrichtext"/><body><img src="{}"/></body></html>',
}


@pytest.mark.parametrize("syntax", SYNTAXES.values(), ids=SYNTAXES)
def test_no_picture_and_no_address_is_ever_fetched_or_opened(
    qtbot, view, listener, trap, opened, picture, syntax
):
    data = f"data:image/png;base64,{bytes(QByteArray(picture).toBase64().data()).decode()}"
    places = [
        f"{listener.address}/i.png",
        trap.as_uri(),
        str(trap),
        trap.name,
        f"./{trap.name}",
        "qrc:/trap.png",
        data,
    ]
    text = "\n\n".join(syntax.replace("{0}", "{}").replace("{}", place) for place in places)
    first_paint(qtbot, view, a_trace(text), blind=False)
    build_whole(qtbot, view)
    assert not any(map(has_magenta, pictures_of(view)))
    qtbot.wait(30)
    assert listener.asked == []
    assert opened == []
    assert not any(made.isAnchor() or made.isImageFormat() or made.anchorHref() for made in formats_of(view))
    assert "i.png" in text_of(view)


def test_the_trap_would_spring_in_a_careless_view(qtbot, trap):
    careless = QTextEdit()
    qtbot.addWidget(careless)
    careless.resize(300, 300)
    careless.setMarkdown(f"![x]({trap.as_uri()})")
    careless.show()
    assert has_magenta(careless.grab().toImage())


def test_the_listener_hears(listener):
    urllib.request.urlopen(f"{listener.address}/i.png").read()
    assert listener.asked == ["/i.png"]


def test_pasting_a_document_resource_shows_nothing(qtbot, view, trap):
    first_paint(qtbot, view, a_trace("text"))
    found = view.pane.trace.resource(2, QUrl(trap.as_uri()))
    assert (found.width(), found.height()) == (1, 1)


@pytest.mark.parametrize(
    ("raw", "mark"),
    [
        ("invoice\u202eexe.fdp", "‹U+202E›"),
        ("\u2066\u2067\u2068\u2069\u200e\u200f\u061c", "‹U+2066›"),
        ("a\x00b", "‹U+0000›"),
        ("\ufeff\u200b\u00ad", "‹U+FEFF›"),
        ("".join(chr(0xE0000 + ord(letter)) for letter in "ignore all"), "‹U+E0069›"),
        ("\x1b[31mred\x1b[0m\x1b]8;;http://x\x07", "‹U+001B›"),
        ("\ud800 \udfff \ud83d", "‹U+D800›"),
        ("\ufdd0\ufdd1\ufffc\ufffe\uffff\u2028\u2029", "‹U+FDD0›"),
    ],
)
def test_what_cannot_be_seen_is_seen(qtbot, view, raw, mark):
    first_paint(qtbot, view, a_trace(f"before {raw} after"))
    build_whole(qtbot, view)
    text = text_of(view)
    assert mark in text
    assert not set(text) & set("\x00\u202e\u200b\ufeff\x1b\u2066\ufdd0\ufffc\u2028\u2029")
    assert text.count("before") >= 6


LARGE = {
    "10 MB in one line": "x" * 10_000_000,
    "10 MB of words in one line": "word " * 2_000_000,
    "10 MB of lines": "a line of words\n" * 650_000,
    "1 MB of Chinese in one line": "漢字" * 175_000,
    "20,000 rows of a table": "| a | b |\n|---|---|\n" + "| cell | cell |\n" * 20_000,
    "1,000 columns": "|a" * 1_000 + "\n" + "|-" * 1_000 + "\n" + "|b" * 1_000,
    "200 rows of 16 columns": "|a" * 16
    + "\n"
    + "|-" * 16
    + "\n"
    + ("|" + "b" * 200) * 16
    + "\n"
    + ("|b" * 16 + "\n") * 200,
    "10,000 deep quotes": "> " * 10_000 + "deep",
    "10,000 deep quotes in lines": "\n".join(">" * depth + " x" for depth in range(1_000)),
    "10,000 deep lists": "- " * 10_000 + "deep",
    "deep lists in lines": "\n".join("  " * depth + "- x" for depth in range(500)),
    "10,000 brackets": "[" * 10_000 + "]" * 10_000,
    "10,000 pictures in pictures": "![" * 10_000 + "](x)" * 10_000,
    "10,000 stars": "*a **b " * 10_000,
    "100,000 backticks": "`" * 100_000,
    "backticks of all lengths": " ".join("`" * length for length in range(1, 500)),
    "10,000 escapes of a terminal": "\x1b[31mred\x1b[0m" * 10_000,
    "200,000 zero widths": "a\u200b" * 200_000,
    "zalgo": ("e" + "\u0301\u0316\u0489" * 30) * 2_000,
    "100,000 lines of code": "```\n" + "x = 1\n" * 100_000 + "```",
    "unclosed code": "```\n" * 10_001,
    "100,000 rules": "---\n\n" * 100_000,
    "100,000 headings": "# x\n" * 100_000,
    "50,000 entities": "&#x202e;&amp;" * 50_000,
    "html tags": "<div>" * 100_000,
    "nothing but newlines": "\n" * 1_000_000,
    "nothing but NUL": "\x00" * 100_000,
    "nothing": "",
}


@pytest.mark.parametrize("text", LARGE.values(), ids=LARGE)
def test_the_first_paint_comes_within_a_second_whatever_was_said(qtbot, view, text):
    assert first_paint(qtbot, view, a_trace(text, everywhere=False)) < FIRST_PAINT_SECONDS


@pytest.mark.parametrize(
    "name", ["10 MB in one line", "20,000 rows of a table", "10,000 deep lists", "200,000 zero widths"]
)
def test_it_is_built_to_its_end_slice_by_slice(qtbot, view, name):
    slices: list[str] = []
    for pane in view._panes:
        pane.builder.slice_ended.connect(partial(slices.append, name))
    first_paint(qtbot, view, a_trace(LARGE[name], everywhere=False))
    build_whole(qtbot, view, folds=False)
    assert len(slices) > 1
    assert "Show the rest" in text_of(view) or len(LARGE[name]) < 256 * 1024


@pytest.mark.bench
@pytest.mark.parametrize(
    "name", ["10 MB in one line", "20,000 rows of a table", "10,000 deep lists", "200,000 zero widths"]
)
def test_no_slice_holds_up_the_window(qtbot, view, name):
    slices: list[float] = []
    for pane in view._panes:
        pane.builder.slice_begins.connect(lambda: slices.append(-time.process_time()))
        pane.builder.slice_ended.connect(lambda: slices.append(slices.pop() + time.process_time()))
    first_paint(qtbot, view, a_trace(LARGE[name], everywhere=False))
    build_whole(qtbot, view, folds=False)
    assert max(slices) < 0.25


def test_large_things_everywhere_at_once(qtbot, view):
    trace = a_trace(LARGE["10 MB of words in one line"])
    assert first_paint(qtbot, view, trace) < FIRST_PAINT_SECONDS
    build_whole(qtbot, view)


def test_hundreds_of_steps_of_megabytes(qtbot, view):
    steps = tuple(
        Step(id=str(n), kind="tool", name=f"tool {n}", input={"rows": [{"a": n}] * 50}, output="x " * 20_000)
        for n in range(400)
    )
    trace = Trace(source="s", native_id="h", steps=steps, output=(text_message("assistant", "Done."),))
    assert first_paint(qtbot, view, trace) < FIRST_PAINT_SECONDS
    build_whole(qtbot, view)
    assert "tool 399" in text_of(view)


def test_links_are_not_links(qtbot, view, opened):
    first_paint(qtbot, view, a_trace("[click me](file:///etc/passwd)", everywhere=False))
    build_whole(qtbot, view)
    assert "click me (file:///etc/passwd)" in text_of(view) or "[click me](file:///etc/passwd)" in text_of(
        view
    )
    assert view.pane.anchorAt(view.pane.cursorRect(view.pane.document().find("click")).center()) == ""
    assert not any(made.hasProperty(QTextFormat.Property.AnchorHref) for made in formats_of(view))
    assert opened == []
