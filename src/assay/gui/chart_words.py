"""The small plain sign beside a spot of a chart: what it says, and what a click would do."""

from PySide6.QtCore import QPointF, Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from assay.base.translation import trn
from assay.gui.plain import plain_label
from assay.gui.tokens import SPACE

_AWAY = 14


class ChartWords(QWidget):
    """Lies over the chart, lets every click through, and keeps within the chart."""

    def __init__(self, chart: QWidget) -> None:
        super().__init__(chart)
        self._chart = chart
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setProperty("ground", "panel")
        self._words = plain_label("", wrap=False)
        self._more = plain_label("", "small", wrap=False)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE.m, SPACE.s, SPACE.m, SPACE.s)
        column.setSpacing(2)
        column.addWidget(self._words)
        column.addWidget(self._more)
        self.hide()

    @property
    def text(self) -> str:
        """What is said at the moment."""
        return self._words.text() if self.isVisible() else ""

    def tell(self, words: str, traces: int, at: QPointF) -> None:
        """Say ``words`` beside a point of the chart, with the number of traces that a click would list."""
        self._words.setText(words)
        self._more.setText(
            trn(
                "Click or Enter: the answer behind it", "Click or Enter: the {n} answers behind it", traces
            ).format(n=traces)
        )
        self._more.setVisible(traces > 0)
        self.adjustSize()
        room = self._chart.rect().adjusted(2, 2, -2, -2)
        x = at.x() + _AWAY if at.x() + _AWAY + self.width() < room.right() else at.x() - _AWAY - self.width()
        y = at.y() - _AWAY - self.height()
        self.move(round(max(x, room.left())), round(max(y, room.top())))
        self.show()
        self.raise_()
