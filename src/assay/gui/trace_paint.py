"""What is painted behind a trace's text: grounds of code, bars of quotations, chevrons, the rule of the answer."""

from collections.abc import Iterator
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen, QPolygonF, QTextBlock

from assay.gui.trace_document import TraceDocument
from assay.gui.trace_style import (
    CODE_KIND,
    CODE_PADDING,
    FOLD_KIND,
    GUTTER,
    KIND,
    LEFT,
    QUOTE,
    QUOTE_INDENT,
    RULE_KIND,
)

_RULE_WIDTH = 3
_RULE_LEFT = 4
_CODE_AIR = 8
_RADIUS = 6


@dataclass(frozen=True, slots=True)
class _Line:
    """A text block on the screen."""

    block: QTextBlock
    rect: QRectF
    kind: int
    left: int
    quote: int


def paint_behind(
    painter: QPainter, document: TraceDocument, offset: float, height: float, hovered: int
) -> None:
    """Paint for the ``height`` pixels of the document from ``offset`` on; ``hovered`` is a fold's number."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.translate(0, -offset)
    lines = list(_lines(document, offset, offset + height))
    _paint_code(painter, document, lines)
    for line in lines:
        if line.quote:
            _paint_bars(painter, document, line)
        if line.kind == RULE_KIND:
            _paint_hairline(painter, document, line)
        elif line.kind == FOLD_KIND:
            _paint_chevron(painter, document, line, hovered)
    _paint_answer(painter, document)
    painter.restore()


def _lines(document: TraceDocument, top: float, bottom: float) -> Iterator[_Line]:
    layout = document.documentLayout()
    block = document.findBlock(max(0, layout.hitTest(QPointF(0, top), Qt.HitTestAccuracy.FuzzyHit)))
    if block.previous().isValid():
        block = block.previous()
    while block.isValid():
        rect = document.rect_of(block)
        if rect.top() > bottom + _CODE_AIR:
            return
        look = block.blockFormat()
        yield _Line(block, rect, look.intProperty(KIND), look.intProperty(LEFT), look.intProperty(QUOTE))
        block = block.next()


def _paint_code(painter: QPainter, document: TraceDocument, lines: list[_Line]) -> None:
    """One rounded ground behind each run of code lines; one that goes on beyond the screen has no end there."""
    style = document.style
    painter.setPen(
        _pen(style.colours.hairline) if style.colours.sunken == style.colours.surface else Qt.PenStyle.NoPen
    )
    painter.setBrush(QColor(style.colours.sunken))
    run: list[_Line] = []
    for line in [*lines, None]:
        if line is not None and line.kind == CODE_KIND and (not run or line.left == run[0].left):
            run.append(line)
            continue
        if run:
            painter.drawRoundedRect(_ground(document, run), _RADIUS, _RADIUS)
        run = [line] if line is not None and line.kind == CODE_KIND else []


def _ground(document: TraceDocument, run: list[_Line]) -> QRectF:
    air = document.style.px(_CODE_AIR)
    above, below = run[0].block.previous(), run[-1].block.next()
    top = run[0].rect.top() - (4 * air if above.isValid() and _is_code(above) else air)
    bottom = run[-1].rect.bottom() + (4 * air if below.isValid() and _is_code(below) else air)
    left = GUTTER + run[0].left
    return QRectF(left, top, document.textWidth() - left - 1, bottom - top)


def _is_code(block: QTextBlock) -> bool:
    return block.blockFormat().intProperty(KIND) == CODE_KIND


def _paint_bars(painter: QPainter, document: TraceDocument, line: _Line) -> None:
    """A bar for each depth of quotation; it reaches up to the line before where that is quoted as deeply."""
    step = document.style.px(QUOTE_INDENT)
    above = line.block.previous()
    depth_above = above.blockFormat().intProperty(QUOTE) if above.isValid() else 0
    for depth in range(line.quote):
        top = document.rect_of(above).bottom() if depth < depth_above else line.rect.top() + 2
        left = GUTTER + line.left - (line.quote - depth) * step
        painter.fillRect(
            QRectF(left + 1, top - 1, 2, line.rect.bottom() - top + 1),
            QColor(document.style.colours.hairline),
        )


def _paint_hairline(painter: QPainter, document: TraceDocument, line: _Line) -> None:
    left = GUTTER + line.left
    width = document.textWidth() - left - document.style.px(CODE_PADDING)
    painter.fillRect(QRectF(left, round(line.rect.top()), width, 1), QColor(document.style.colours.hairline))


def _paint_chevron(painter: QPainter, document: TraceDocument, line: _Line, hovered: int) -> None:
    place = document.fold_at(line.block)
    laid_out = line.block.layout()
    # Qt reads past the end of its lines when asked for one of a block that is not laid out.
    if place is None or not laid_out.lineCount():
        return
    colours = document.style.colours
    pen = QPen(
        QColor(colours.accent if place.number == hovered else colours.muted), document.style.px(1.5) or 1.5
    )
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    painter.setPen(pen)
    arm = document.style.px(4)
    text = laid_out.lineAt(0)
    x, y = GUTTER + line.left + arm + 1, line.rect.top() + text.y() + text.ascent() * 0.64
    shape = [QPointF(-arm / 2, -arm), QPointF(arm / 2, 0), QPointF(-arm / 2, arm)]
    if place.is_open:
        shape = [QPointF(-arm, -arm / 2), QPointF(0, arm / 2), QPointF(arm, -arm / 2)]
    painter.drawPolyline(QPolygonF([point + QPointF(x, y) for point in shape]))


def _paint_answer(painter: QPainter, document: TraceDocument) -> None:
    """The rule that says: this is what is being judged."""
    top = document.top_of(document.reading.answer) if document.reading else None
    if top is None:
        return
    path = QPainterPath()
    path.addRoundedRect(QRectF(_RULE_LEFT, top + 2, _RULE_WIDTH, document.bottom_of_answer() - top), 1.5, 1.5)
    painter.fillPath(path, QColor(document.style.colours.accent))


def _pen(colour: str) -> QPen:
    return QPen(QColor(colour), 1)
