"""The program's own icons, drawn from SVG in any colour and size.

Pixmaps are kept in Qt's own pixmap cache, so a second request for the same one costs a look-up.
"""

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QPainter, QPixmap, QPixmapCache, QTransform
from PySide6.QtSvg import QSvgRenderer

from assay.base.resources import resource


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


def _draw(name: str, color: str, size: int, dpr: float) -> QPixmap:
    source = resource("icons", f"{name}.svg").read_bytes().replace(b"currentColor", color.encode("ascii"))
    pixmap = QPixmap(round(size * dpr), round(size * dpr))
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    QSvgRenderer(QByteArray(source)).render(painter, QRectF(pixmap.rect()))
    painter.end()
    pixmap.setDevicePixelRatio(dpr)
    return pixmap
