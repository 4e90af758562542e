"""What lies on the desk: one trace, the questions about it, and the answers as they stand on the screen."""

from assay.model.criterion import Criterion
from assay.operations.look import Look
from assay.operations.queue import QueueItem


class Sheet:
    """One item with its answers and note.

    ``touched`` says that something was changed since it was laid here, ``unsaved`` that it is not on the disk yet.
    """

    def __init__(self, item: QueueItem, look: Look, criteria: tuple[Criterion, ...]) -> None:
        self.item, self.look, self.criteria = item, look, criteria
        self.answers: dict[str, str] = dict(look.answers)
        self.note = look.note
        self.touched = False
        self.unsaved = False
        self.focused = self._first_open() or 0

    @property
    def question(self) -> Criterion | None:
        """The question in focus."""
        return self.criteria[self.focused] if self.focused < len(self.criteria) else None

    @property
    def given(self) -> dict[str, str]:
        """The answers that are not empty."""
        return {name: value for name, value in self.answers.items() if value}

    @property
    def one_key(self) -> bool:
        """Whether one key judges: a rubric of one question that has options."""
        return len(self.criteria) == 1 and bool(self.criteria[0].options)

    def focus(self, place: int) -> bool:
        """Put a question in focus; whether there is one at that place."""
        there = 0 <= place < len(self.criteria)
        if there:
            self.focused = place
        return there

    def option(self, number: int) -> tuple[str, str] | None:
        """The question in focus and the value of its option of that number (from 1)."""
        question = self.question
        if question is None or not 0 < number <= len(question.options):
            return None
        return question.name, question.options[number - 1].value

    def passing(self, passes: bool) -> tuple[str, str] | None:
        """The question in focus, if it is a pass or fail one, and its option that passes or does not."""
        question = self.question
        if question is None or question.kind != "binary":
            return None
        found = [one.value for one in question.options if one.passes is passes]
        return (question.name, found[0]) if found else None

    def answer(self, criterion: str, value: str) -> None:
        """Take an answer and go on to the next question."""
        self.take_text(criterion, value)
        names = [one.name for one in self.criteria]
        self.focused = min(names.index(criterion) + 1, len(names) - 1)

    def take_text(self, criterion: str, value: str) -> None:
        """Take what is being typed into a question's field, without moving on."""
        if self.answers.get(criterion, "") != value:
            self.answers[criterion] = value
            self.touched = self.unsaved = True

    def take_note(self, text: str) -> None:
        """Take the note as it is being typed."""
        if self.note != text:
            self.note = text
            self.touched = self.unsaved = True

    def missing(self) -> Criterion | None:
        """Go to the first required question without an answer, and say which; None when nothing is missing."""
        for place, criterion in enumerate(self.criteria):
            if criterion.required and not self.answers.get(criterion.name):
                self.focused = place
                return criterion
        return None

    def _first_open(self) -> int | None:
        names = [one.name for one in self.criteria]
        return next((place for place, name in enumerate(names) if not self.answers.get(name)), None)
