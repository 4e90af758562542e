"""Icons in all the sizes that Qt may ask for, as it wants them in buttons and on task bars.

Apart from `icons`, since QIcon is slow to load and nothing at the first paint needs it.
"""

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap

from assay.gui.icons import icon

_RATIOS = (1.0, 2.0, 3.0)


def button_icon(name: str, color: str, size: int = 20, *, mirrored: bool = False, gap: int = 0) -> QIcon:
    """The icon of that name as a QIcon, sharp on screens of one, two and three times the density.

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
