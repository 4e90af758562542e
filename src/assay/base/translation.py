"""Every text people read passes through `tr`, so that a catalogue can give it in their language."""

import gettext

from assay.base.resources import resource

_catalogue: gettext.NullTranslations = gettext.NullTranslations()


def use_language(language: str) -> None:
    """Speak ``language`` (such as ``de``) from now on, where a catalogue for it is bundled; else English."""
    global _catalogue  # noqa: PLW0603 - one language a process, as with gettext itself
    if not language:
        _catalogue = gettext.NullTranslations()
        return
    folder = resource("translations")
    _catalogue = gettext.translation("assay", folder, languages=[language], fallback=True)


def tr(text: str) -> str:
    """The text in the reader's language."""
    return _catalogue.gettext(text)


def trn(one: str, many: str, count: int) -> str:
    """The text for ``count`` things in the reader's language."""
    return _catalogue.ngettext(one, many, count)
