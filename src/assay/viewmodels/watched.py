"""A screen's state that tells whoever draws it when it has changed."""

from collections.abc import Callable


class Watched:
    """State that can be watched. Listeners are called in the order they came, on the thread of the change."""

    def __init__(self) -> None:
        self._watchers: list[Callable[[], None]] = []

    def watch(self, listener: Callable[[], None]) -> None:
        """Call ``listener`` after every change from now on."""
        self._watchers.append(listener)

    def changed(self) -> None:
        """Tell everybody who watches."""
        for listener in tuple(self._watchers):
            listener()
