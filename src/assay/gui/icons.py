"""The program's own icons, drawn from SVG in any colour and size.

Pixmaps are kept in Qt's own pixmap cache, so a second request for the same one costs a look-up.
"""

from PySide6.QtCore import QByteArray, QPointF, QRectF, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap, QPixmapCache, QTransform
from PySide6.QtSvg import QSvgRenderer

from assay.base.resources import resource

_RATIOS = (1.0, 2.0, 3.0)


def icon(name: str, color: str, size: int = 20, dpr: float = 1.0, *, mirrored: bool = False) -> QPixmap:
    """The icon of that name in ``color`` (``#rrggbb``), ``size`` device-independent pixels square.

    ``mirrored`` turns it for right-to-left reading. Raises FileNotFoundError for a name we have not drawn.
    """
    key = f"assay:{name}:{color}:{size}:{dpr:g}:{mirrored:d}"
    kept = QPixmap()
    if QPixmapCache.find(key, kept):
        return kept
    drawn = _draw(name, color, size, dpr)
    if mirrored:
        drawn = drawn.transformed(QTransform.fromScale(-1, 1))
    QPixmapCache.insert(key, drawn)
    return drawn


def button_icon(name: str, color: str, size: int = 20, *, mirrored: bool = False, gap: int = 0) -> QIcon:
    """The same as a QIcon, sharp on screens of one, two and three times the density.

    ``gap`` leaves that much room after the icon (before it where ``mirrored``): Qt's own, between the icon and the
    text of a button, is too narrow and cannot be set. The QIcon is then ``size + gap`` wide.
    """
    found = QIcon()
    for ratio in _RATIOS:
        found.addPixmap(_spaced(icon(name, color, size, ratio, mirrored=mirrored), gap, ratio, mirrored))
    return found


def window_icon() -> QIcon:
    """The program's mark, in the sizes that task bars ask for."""
    found = QIcon()
    for size in (32, 128):
        found.addPixmap(icon("assay", "#000000", size))
    return found


def _draw(name: str, color: str, size: int, dpr: float) -> QPixmap:
    source = resource("icons", f"{name}.svg").read_bytes().replace(b"currentColor", color.encode("ascii"))
    pixmap = QPixmap(round(size * dpr), round(size * dpr))
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    QSvgRenderer(QByteArray(source)).render(painter, QRectF(pixmap.rect()))
    painter.end()
    pixmap.setDevicePixelRatio(dpr)
    return pixmap


def _spaced(drawn: QPixmap, gap: int, dpr: float, mirrored: bool) -> QPixmap:
    if not gap:
        return drawn
    wider = QPixmap(drawn.width() + round(gap * dpr), drawn.height())
    wider.setDevicePixelRatio(dpr)
    wider.fill(Qt.GlobalColor.transparent)
    painter = QPainter(wider)
    painter.drawPixmap(QPointF(gap if mirrored else 0, 0), drawn)
    painter.end()
    return wider
