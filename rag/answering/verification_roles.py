"""Who did what: whether the name before a verb is the one that the source has with it."""

import re
from collections.abc import Iterator, Sequence

from rag.answering.verification_names import EnglishName, english_names, people, spelled_by
from rag.answering.verification_text import has_hanzi, is_chinese, parts
from rag.retrieval.folding import HANZI
from rag.retrieval.glossary import Glossary
from rag.retrieval.lexicon import same_verbs, words

BETWEEN = 6  # characters between a speaker and the verb: 沈明川在会上强调
SURELY = 0.9  # the glossary's weight of a word for a verb, of a first sense at least

_ROLE_VERBS = words("chinese_role_verbs.txt")
_SPEECH = frozenset(
    (
        "表示",
        "指出",
        "强调",
        "介绍",
        "认为",
        "透露",
        "宣布",
        "呼吁",
        "坦言",
        "告诉",
        "回应",
        "称",
        "说",
    )
)
_SPEECH_ENGLISH = frozenset(
    (
        *("said", "says", "told", "stated", "added", "noted", "explained", "announced"),
        *("stressed", "emphasized", "emphasised"),
    )
)
_SENTENCE_END = re.compile("[。！？；\n]")
_PRONOUN = re.compile("[他她]")
# What may stand between a name and what its bearer did.
_VERB_AFTER = re.compile(
    r"(?:, [^,.;]{2,60},)?(?: (?:has|had|have|was|were|is|been|also|then|later|personally))*"
    r" (?P<verb>[a-z]+)"
)


def misattributed(sentence: str, source: str, glossary: Glossary | None = None) -> list[str]:
    """What a folded sentence says that a person or body did, and the folded Chinese source doesn't,
    or says of another, as problems. Looked at are the verbs that say who did what (主持, 任命, …),
    with the name right before them, in English through the glossary."""
    if not has_hanzi(source):
        return []
    if is_chinese(sentence):
        return _in_chinese(sentence, source)
    return list(_in_english(sentence, source, glossary)) if glossary is not None else []


def _in_chinese(sentence: str, source: str) -> list[str]:
    problems = []
    for verb in sorted(verb for verb in _ROLE_VERBS if verb in sentence):
        accepted = _accepted([verb])
        doing = _telling(accepted, source)
        if not doing:
            problems.append(f"“{verb}” is not in the cited text")
            continue
        for before in re.findall(f"([{HANZI}]{{3}})了?{verb}", sentence):
            name = before if before in source else before[1:]
            if name in source and not any(_names_doer(name, text, accepted) for text in doing):
                problems.append(f"“{name}{verb}” is not in the cited text")
    return [*problems, *_words_of_others(sentence, source)]


def _words_of_others(sentence: str, source: str) -> Iterator[str]:
    """Whom a Chinese sentence lets say something that the source has others say alone."""
    doing = _telling(_SPEECH, source)
    said = f"[^、。]{{0,{BETWEEN}}}?(?:{'|'.join(sorted(_SPEECH))})"
    for person in people(source) if doing else ():
        found = re.search(re.escape(person) + said, sentence)
        if found and not any(person in text or _PRONOUN.search(text) for text in doing):
            yield f"“{found[0]}” is not in the cited text"


def _in_english(sentence: str, source: str, glossary: Glossary) -> Iterator[str]:
    for name in english_names(sentence):
        verb = _VERB_AFTER.match(sentence, name.end)
        person = _person(name, source) if verb else ""
        if not verb or not person:
            continue
        speech = verb["verb"] in _SPEECH_ENGLISH
        accepted = _SPEECH if speech else _accepted(_role_verbs(verb["verb"], glossary))
        doing = _telling(accepted, source)
        if doing and not any(_may_do(person, text, accepted) for text in doing):
            yield f"“{name.written} {verb['verb']}” is not in the cited text"


def _person(name: EnglishName, source: str) -> str:
    """The person of the source whom an English name means; empty where it names none."""
    named = [one for one in people(source) if one == name.hanzi or spelled_by(name.words, one)]
    return named[0] if named else ""


def _role_verbs(verb: str, glossary: Glossary) -> list[str]:
    known = _accepted(sorted(_ROLE_VERBS))
    return [
        form
        for term in glossary.translate(verb)
        for form, weight in term.words
        if weight >= SURELY and form in known
    ]


def _accepted(verbs: Sequence[str]) -> frozenset[str]:
    """The verbs, with those that papers use for them."""
    return frozenset(other for verb in verbs for other in same_verbs().get(verb, {verb}))


def _telling(verbs: frozenset[str], source: str) -> list[str]:
    """The sentences of a source that have one of the verbs."""
    told = _SENTENCE_END.split(source)
    return [text for text in told if any(verb in text for verb in verbs)]


def _names_doer(name: str, text: str, verbs: frozenset[str]) -> bool:
    """Whether a sentence with one of the verbs names somebody, in a clause with the verb where the
    name is a person's and that clause names others."""
    return name in text and (name not in people(text) or _may_do(name, text, verbs))


def _may_do(person: str, text: str, verbs: frozenset[str]) -> bool:
    """Whether a sentence with one of the verbs may say it of a person: it names the person, and in
    the verb's clause nobody else alone before the verb; or a pronoun may mean the person."""
    if person not in text:
        return _PRONOUN.search(text) is not None
    for clause in parts(text):
        at = min((clause.find(verb) for verb in verbs if verb in clause), default=-1)
        if at >= 0 and (person in clause or not people(clause[:at])):
            return True
    return False
