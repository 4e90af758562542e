"""The passages a span retrieved or ranked, by every convention that says so."""

from assay.model.trace import Document, StepKind
from assay.sources.fields.objects import Json, Object, as_text
from assay.sources.spans.attributes import Attributes
from assay.sources.spans.speech import strings_in
from assay.sources.spans.values import in_order, number_of, opened, text_of

_TREES = ("retrieval.documents", "reranker.output_documents", "gen_ai.retrieval.documents")
_OUTPUTS = ("mlflow.spanOutputs", "output.value")
_RETRIEVING = ("retriever", "reranker")
_CONTENT = ("content", "page_content", "text")
_ID = ("id", "document_id", "doc_id")
_SCORE = ("score", "relevance_score", "similarity")
_TITLE = ("title",)


def passages_of(attributes: Attributes, kind: StepKind) -> tuple[Document, ...]:
    """The passages, taken from the attributes. A list that says nothing new is taken with them."""
    found: list[Json] = []
    for prefix in _TREES:
        members = attributes.tree(prefix)
        if not isinstance(members, list) or not members:
            if members is not None:
                attributes.rest[prefix] = members
        elif not found:
            found = members
        elif not strings_in(members) <= strings_in(found):
            attributes.rest[prefix] = members
    for key in _OUTPUTS if kind in _RETRIEVING and not found else ():
        members = opened(attributes.rest.get(key))
        if (
            not found
            and isinstance(members, list)
            and members
            and all(_is_passage(member) for member in members)
        ):
            found = members
            del attributes.rest[key]
    return tuple(_document(member) for member in found)


def _is_passage(value: Json) -> bool:
    return isinstance(value, dict) and not {"document", *_CONTENT}.isdisjoint(value)


def _document(value: Json) -> Document:
    inner = value.get("document", value) if isinstance(value, dict) else value
    if not isinstance(inner, dict):
        return Document(content="" if inner is None else as_text(inner))
    left = dict(inner)
    said = opened(left.pop("metadata", None))
    more: Object = dict(said) if isinstance(said, dict) else {"metadata": said} if said is not None else {}
    content = _pop(left, _CONTENT)
    title = _pop(left, _TITLE)
    score = next((key for key in _SCORE if number_of(left.get(key)) is not None), None)
    score_within = (
        None if score else next((key for key in _SCORE if number_of(more.get(key)) is not None), None)
    )
    return Document(
        id=text_of(_pop(left, _ID)),
        title=text_of(title if title is not None else _pop(more, _TITLE)),
        content="" if content is None else as_text(content),
        score=number_of(left.pop(score) if score else more.pop(score_within) if score_within else None),
        metadata=in_order(more | {key: member for key, member in left.items() if member is not None}),
    )


def _pop(value: Object, keys: tuple[str, ...]) -> Json:
    """The first single value under the keys, taken out."""
    key = next((key for key in keys if text_of(value.get(key)) is not None), None)
    return value.pop(key) if key else None
