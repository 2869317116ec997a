"""What a question asks: its language, its content terms, and the kind of answer it wants."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import rjieba

from rag.retrieval.folding import HANZI, fold, unaccented, without_tones
from rag.retrieval.glossary import STOPWORDS, Glossary, Translation
from rag.retrieval.kinds import AnswerKind, asked_kinds
from rag.retrieval.lexicon import same_verbs, words
from rag.retrieval.pinyin import spelled_in, spells
from rag.retrieval.pinyin_names import names_in_pinyin
from rag.retrieval.quantities import Quantity, quantities
from rag.types import Language
from store.segmentation import simplified

_NAME_WORD = re.compile(r"\b[A-Z][a-z\u00df-\u024f]{2,}")
MOST_FOREIGN_NAMES = 8
"""As many foreign names of one question are looked for by their sound."""
_HANZI_RUN = re.compile(f"[{HANZI}]+")
_LATIN = re.compile(r"[A-Za-z]")
_FIRST_WORD = re.compile(r"\W*([A-Z]?[a-z]+)(?=\s|$)")

# jieba's part-of-speech tags of words that carry what is asked about; the rest (pronouns,
# particles, prepositions, punctuation) is the frame of the question.
_CONTENT_TAGS = frozenset(["n", "v", "a", "m", "t", "j", "l", "i", "b", "z", "s", "g", "k", "h"])
_CONTENT_WORDS = ("eng",)
_FRAME_TAGS = frozenset(["r", "u", "x", "y"])
_QUOTED = re.compile("[“「『《]([^“”「」『』《》]{2,30})[”」』》]")
_FRAME_WORDS = words("chinese_frame_words.txt")

SAME_VERB_WEIGHT = 0.8


@dataclass(frozen=True, slots=True)
class Term:
    """One thing a question names: the word itself and what may stand for it in an article, each
    weighted 0 to 1. `untranslated` marks an English word the glossary does not hold: nothing but
    the word itself stands for it. `parts` are the single words of an English phrase, which may
    stand apart in Chinese."""

    text: str
    forms: tuple[tuple[str, float], ...]
    untranslated: bool = False
    parts: tuple["Term", ...] = ()


@dataclass(frozen=True, slots=True)
class Query:
    """A question, understood. `terms` are in question order, without repeats; `bigrams` are the
    character pairs of a Chinese question's content, which still match where words are cut apart;
    `names` are names in pinyin of an English one, and `foreign_names` other names that the glossary
    does not hold, to be found in the archive by their sound."""

    text: str
    language: Language
    kinds: frozenset[AnswerKind]
    terms: tuple[Term, ...]
    bigrams: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    foreign_names: tuple[str, ...] = ()


def language_of(question: str) -> Language:
    """The language to answer in: Chinese where hanzi carry the question, and English in any case
    where an English function word begins it, as in “who leads 河长制？”."""
    first = _FIRST_WORD.match(question)
    if first and first[1].lower() in STOPWORDS:
        return "en"
    hanzi, latin = len("".join(_HANZI_RUN.findall(question))), len(_LATIN.findall(question))
    return "zh" if hanzi and hanzi * 4 >= latin else "en"


def understand(question: str, glossary: Glossary, language: Language | None = None) -> Query:
    """Reads a question; an English one has its terms translated for an archive in Chinese. Terms
    and bigrams are folded, whatever script the question is written in. language: that of the
    question which this one is a part of."""
    language, plain = language or language_of(question), simplified(question)
    kinds = asked_kinds(plain)
    if language == "en":
        plain = without_tones(plain.replace("’", "'"))
        bare = unaccented(plain)
        terms = _english_terms(bare, glossary)
        by_text = {term.text: term for term in terms}
        names = _pinyin_names(plain, by_text)
        foreign = _foreign_names(bare, by_text, names)
        return Query(question, language, kinds, terms, names=names, foreign_names=foreign)
    return Query(question, language, kinds, _chinese_terms(plain), _content_bigrams(plain))


def with_translation(query: Query, chinese: str) -> Query:
    """The query with the content of its translation or rewrite in Chinese: its words as terms,
    each once, and its character pairs. A text without Chinese content changes nothing."""
    plain = simplified(chinese)
    known = {term.text for term in query.terms}
    added = [term for term in _chinese_terms(plain) if term.text not in known]
    pairs = dict.fromkeys((*query.bigrams, *_content_bigrams(plain)))
    return replace(query, terms=(*query.terms, *added), bigrams=tuple(pairs))


def is_romanised(word: str, terms: Mapping[str, Term]) -> bool:
    """Whether a word of a question is none of English: most of what the glossary, whose terms these
    are by their text, has for it reads so, as 漳县 for Zhang."""
    held = [terms.get(part) for part in unaccented(word).lower().split("-")]
    return all(term is not None and _reads_so(term) for term in held)


def _reads_so(term: Term) -> bool:
    weights = {form: weight for form, weight in term.forms if form != term.text}
    so = sum(weight for form, weight in weights.items() if spelled_in(term.text, form))
    return so * 2 >= sum(weights.values())


def _pinyin_names(question: str, terms: Mapping[str, Term]) -> tuple[str, ...]:
    """Names that may be pinyin, of a question without tones. Of single words those alone that the
    glossary does not hold; what it holds by another sound (Hong Kong) is none."""
    names = names_in_pinyin(question, lambda word: is_romanised(word, terms))
    kept = (name for name in names if _may_be_pinyin(name, terms.get(unaccented(name).lower())))
    return tuple(kept)


def _may_be_pinyin(name: str, held: Term | None) -> bool:
    if held is None or held.untranslated:
        return " " in name or held is not None
    return " " in name and any(spells(name, form) for form, _ in held.forms)


def _foreign_names(
    question: str, terms: Mapping[str, Term], pinyin: Sequence[str]
) -> tuple[str, ...]:
    """Capitalised words that the glossary does not hold, each by itself, without those of names in
    pinyin of several words: such a name is one person's."""
    unknown = {text for text, term in terms.items() if term.untranslated}
    spelled = {word for name in pinyin if " " in name for word in unaccented(name).split()}
    words = dict.fromkeys(_NAME_WORD.findall(question))
    found = [word for word in words if word.lower() in unknown and word not in spelled]
    return tuple(found[:MOST_FOREIGN_NAMES])


def _chinese_terms(question: str) -> tuple[Term, ...]:
    terms: dict[str, Term] = {}
    for word, tag in _tagged(question):
        text = fold(word)
        if text and text not in _FRAME_WORDS and _is_content(text, tag):
            terms.setdefault(text, Term(text, _accepted(((text, 1.0),))))
    for quoted in _QUOTED.findall(question):
        text = fold(quoted)
        if text and text not in _FRAME_WORDS:
            terms.setdefault(text, Term(text, ((text, 1.0),)))
    return tuple(terms.values())


def _content_bigrams(question: str) -> tuple[str, ...]:
    """Adjacent character pairs of the question without its frame words, in order, each once."""
    kept = "".join(
        "\0" if fold(word) in _FRAME_WORDS or tag[:1] in _FRAME_TAGS else fold(word)
        for word, tag in _tagged(question)
    )
    pairs = (first + second for first, second in pairwise(kept))
    return tuple(dict.fromkeys(pair for pair in pairs if pair.isalnum()))


def _is_content(word: str, tag: str) -> bool:
    if not any(character.isalnum() for character in word) or (
        len(word) == 1 and tag in {"v", "a", "m"}
    ):
        return False
    return tag in _CONTENT_WORDS or tag[:1] in _CONTENT_TAGS


def _english_terms(question: str, glossary: Glossary) -> tuple[Term, ...]:
    terms: dict[str, Term] = {}
    start = 0
    for quantity in quantities(question):
        _add_translated(terms, question[start : quantity.start], glossary)
        terms.setdefault(quantity.text, _quantity_term(quantity, glossary))
        start = quantity.end
    _add_translated(terms, question[start:], glossary)
    for term in _chinese_terms("，".join(_HANZI_RUN.findall(question))):
        terms.setdefault(term.text, term)
    return tuple(terms.values())


def _quantity_term(quantity: Quantity, glossary: Glossary) -> Term:
    """A number as papers print it; one written as a word has the dictionary's words besides."""
    forms = dict(quantity.forms)
    if quantity.text.isalpha():
        for found in glossary.translate(quantity.text):
            forms = dict(found.words) | forms
    return Term(quantity.text, tuple(forms.items()))


def _add_translated(terms: dict[str, Term], text: str, glossary: Glossary) -> None:
    for found in glossary.translate(text):
        terms.setdefault(found.term, _translated(found))


def _translated(found: Translation) -> Term:
    # Names, numbers and articles in English are found by the word itself.
    forms = {found.term: 1.0, **dict(found.words)}
    parts = tuple(_translated(part) for part in found.parts)
    return Term(found.term, _accepted(tuple(forms.items())), not found.words, parts)


def _accepted(forms: tuple[tuple[str, float], ...]) -> tuple[tuple[str, float], ...]:
    """Forms of a term with the verbs that papers print for them."""
    weights = dict(forms)
    for form, weight in forms:
        for other in sorted(same_verbs().get(form, frozenset()) - {form}):
            weights[other] = max(weights.get(other, 0.0), weight * SAME_VERB_WEIGHT)
    return tuple(weights.items())


def _tagged(text: str) -> list[tuple[str, str]]:
    return [(str(word), str(tag)) for word, tag in rjieba.tag(text)]
