"""The names of an English question in the hanzi that an archive has for them."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from rag.retrieval.folding import fold, occurrences, unaccented
from rag.retrieval.pinyin_names import has_surname
from rag.retrieval.query import Query, Term, is_romanised
from rag.retrieval.transliteration import transliterations

_BETWEEN_PARTS = re.compile(r"[ '-]")

Forms = tuple[tuple[str, float], ...]
"""The hanzi that a name may be written with, each weighted 0 to 1."""


def with_names_found(query: Query, in_archive: Mapping[str, Forms], texts: Iterable[str]) -> Query:
    """The query with a name in pinyin as a term of its forms in the archive, in place of what the
    glossary made of its parts, and a foreign name's own term with the hanzi of these texts that
    sound like it, where none has it in Latin letters.

    in_archive: the forms of every name in pinyin, () of one that the archive doesn't hold. Such a
    one of several words, none of them English, stands for itself alone: what the glossary has for
    its parts (漳县 for Zhang) is no part of any name.
    """
    if not query.names and not query.foreign_names:
        return query
    known = {term.text: term for term in query.terms}
    named = [
        term for name in query.names if (term := _named(name, in_archive.get(name, ()), known))
    ]
    parts = {part for term in named for part in _parts(term.text)}
    sounding = _sounding([name for name in query.foreign_names if name.lower() not in parts], texts)
    kept = [
        replace(term, forms=(*term.forms, *sounding.get(term.text, ())))
        for term in query.terms
        if term.text not in parts
    ]
    return replace(query, terms=(*kept, *named))


def people_asked(queries: Iterable[Query]) -> dict[str, tuple[str, ...]]:
    """The people whom these queries name in pinyin, each with the hanzi that were found for the
    name."""
    people: dict[str, tuple[str, ...]] = {}
    for query in queries:
        forms = {term.text: [form for form, _ in term.forms] for term in query.terms}
        for name in query.names:
            if words := name.split()[1:]:
                surnames = (name.split()[0], words[-1])
                people[name] = tuple(
                    form
                    for form in forms.get(name.lower(), ())
                    if any(has_surname(form, surname) for surname in surnames)
                )
    return people


def _named(name: str, forms: Forms, known: Mapping[str, Term]) -> Term | None:
    """A name as a term; None where it stays what the glossary made of it."""
    text = name.lower()
    held = known.get(unaccented(text))
    if forms:
        return Term(text, tuple((dict(held.forms if held else ()) | dict(forms)).items()))
    words = text.split()
    if held is None and len(words) > 1 and all(is_romanised(word, known) for word in words):
        return Term(text, ((text, 1.0),), untranslated=True)
    return None


def _parts(name: str) -> tuple[str, ...]:
    bare = unaccented(name)
    return (name, bare, *_BETWEEN_PARTS.split(bare), *bare.split())


def _sounding(names: Sequence[str], texts: Iterable[str]) -> dict[str, Forms]:
    """Names in small letters, each with the hanzi of these texts that sound like it."""
    folded = [fold(text) for text in texts] if names else []
    return {
        name.lower(): transliterations(name, folded)
        for name in names
        if not any(occurrences(name.lower(), text) for text in folded)
    }
