"""What the spans of a trace say of the run as a whole, said once: by the trace, and by a step where it differs."""

from collections.abc import Mapping, Sequence

from pydantic import JsonValue

from assay.sources.fields.objects import Json, Object
from assay.sources.spans.pieces import Told
from assay.sources.spans.reading import FACTS, TOLD_IN_METADATA, Reading
from assay.sources.spans.values import text_of

_OF_RESOURCE = {
    "environment": ("deployment.environment.name", "deployment.environment"),
    "release": ("service.version",),
}


class SharedFacts:
    """The facts of a trace: the first span that says one decides, what the store tells of the whole wins.

    ``readings`` in order of weight, the root first.
    """

    def __init__(self, readings: Sequence[Reading], told: Told) -> None:
        self._readings, self._told = readings, told.metadata
        self._resource = readings[0].span.resource if readings else {}
        self.facts: dict[str, str] = {}
        for name in (*FACTS, *TOLD_IN_METADATA):
            said = text_of(told.facts.get(name)) or self._first(name)
            if said is not None:
                self.facts[name] = said
        self.tags = next((reading.tags for reading in readings if reading.tags), ())
        self.metadata: dict[str, JsonValue] = dict(told.metadata)
        self._gather()

    def _first(self, name: str) -> str | None:
        key = TOLD_IN_METADATA.get(name, name)
        for reading in self._readings:
            said = text_of(reading.facts.get(name, ("", None))[1]) or text_of(reading.metadata.get(key))
            if said is not None:
                return said
        keys = _OF_RESOURCE.get(name, ())
        places = [text_of(known.get(key)) for known in (self._resource, self._told) for key in keys]
        return next((place for place in places if place is not None), None)

    def _gather(self) -> None:
        """The free metadata of the trace: of its spans, of the root's single attributes, of the root's resource."""
        for reading in self._readings:
            for key, value in reading.metadata.items():
                if key not in TOLD_IN_METADATA.values() or text_of(value) is None:
                    self.metadata.setdefault(key, value)
        for key, value in self._resource.items():
            if text_of(value) not in (None, *(self.facts.get(name) for name in _names_of(key))):
                self.metadata.setdefault(key, value)

    def lift(self, root: Reading) -> None:
        """Take the single attributes of the root that nobody took for the trace, so that traces can be told by them."""
        for key in root.span.attributes:
            if text_of(root.left.get(key)) is not None and key not in self.metadata:
                self.metadata[key] = root.left.pop(key)

    def left_of(self, reading: Reading) -> Object:
        """What a span says besides: its attributes that nobody took, and facts that differ from the trace's."""
        left: Object = dict(reading.left)
        for name, (key, value) in reading.facts.items():
            if self.facts.get(name) != value:
                left[key] = value
        own = {
            key: value
            for key, value in reading.metadata.items()
            if not self._is_fact(key, value) and self.metadata.get(key) != value
        }
        if own:
            left["metadata"] = own
        if not set(reading.tags) <= set(self.tags):
            left["tag.tags"] = list(reading.tags)
        if reading.span.resource != self._resource:
            left["resource"] = dict(reading.span.resource)
        return left

    def _is_fact(self, key: str, value: Json) -> bool:
        """Whether the trace says it already."""
        said: Mapping[str, str] = self.facts
        return any(
            said.get(name) == text_of(value) for name, known in TOLD_IN_METADATA.items() if known == key
        )


def _names_of(key: str) -> list[str]:
    return [name for name, keys in _OF_RESOURCE.items() if key in keys]
