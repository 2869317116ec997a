"""The person whom a question asks for, in the sentence that answers it."""

import re

from rag.answering.assertions import HANZI, clause_bounds, is_current, is_done
from rag.answering.offices import office_start
from rag.answering.short_question import (
    LIGHT_VERBS,
    OTHERS_WITH,
    VERB_TAGS,
    Question,
    Stretch,
    meets,
    tagged_words,
)
from rag.answering.verification_names import named_spans
from rag.retrieval.dictionary import pairs
from rag.retrieval.folding import fold
from rag.retrieval.names import ends_with_office
from rag.retrieval.people import people_in

# Neither whose, nor several.
_WHO_ASKED = re.compile(r"^(?!.*(?:都有谁|有哪|哪些)).*(?:谁(?!的)|哪一?位|何人)")
_WHO_DOES = re.compile(rf"谁(?:来|在|会|曾)?({HANZI}{{2}})")
_PERSON_TAG = re.compile("nr")
# 局长是谁, 谁是局长: of whom an office is asked.
_WHO_IS = re.compile(
    rf"(?P<of>{HANZI}{{2,}})(?:是|为|叫)谁[？?]?$|^谁(?:是|为)(?P<is>[^？?]{{2,}})"
)
_ASKS_OBJECT = re.compile("[给为和跟与向对把比替让]$")
_CONTENT_TAGS = tuple("nj")
_IS = re.compile("[是为系]$")
# Behind a name: then somebody else does what follows, or it isn't certain who.
_TURNING = frozenset((*"被受遭让请令叫为的比由使替帮", "委托", "安排", "指派"))
_TURNS = re.compile("[被受遭让]|的")
_WITH_OTHERS = re.compile(r"\s*(?:、|和|与|及|以及|等|一行|一起)")


def person(question: Question, text: str) -> Stretch | None:
    """The only person in the sentence whom the question doesn't name, or the only one who does what
    is asked; with their office."""
    asked = question.text
    if not _WHO_ASKED.search(asked):
        return None
    names = [name for name in people_in(text, ()) if fold(name) not in fold(asked)]
    if len(names) != 1 or _names_others(text, names[0], asked):
        does = _WHO_DOES.search(asked)
        names = [name for name in names if does and f"{name}{does[1]}" in text]
    if len(names) != 1 or text.count(names[0]) != 1:
        return None
    named = text.index(names[0])
    start, end = office_start(text, named), named + len(names[0])
    if _is_cut_wrong(text, start, named, end):
        return None
    if text[end:].lstrip().startswith(("·", "•")):
        return None
    if _WITH_OTHERS.match(text, end) or OTHERS_WITH.search(text[:start]):
        return None
    if not (is_done(asked, text, start, end) and is_current(asked, text, start, end)):
        return None
    return (start, end) if _is_said_of(question, text, start, named, end) else None


def _is_said_of(question: Question, text: str, start: int, named: int, end: int) -> bool:
    """Whether the clause with a name says of that person what is asked: who holds an office, or
    who does something, with all that the question says of it in the sentence."""
    asked = question.text
    begins, ends = clause_bounds(text, start, end)
    behind = text[end:ends]
    told = [word for word, tag in tagged_words(asked) if tag[:1] in _CONTENT_TAGS]
    if not all(word in text for word in told):
        return False
    if held := _WHO_IS.search(asked):
        of = (held["of"] or held["is"])[-2:]
        return (
            text[begins:named].endswith(of)
            or re.search(rf"{of}(?:是|为|叫|由)$", text[begins:start]) is not None
            or re.match(rf"(?:是|为|任|担任|现任|出任|就任|当选|成为)[^、]*{of}$", behind)
            is not None
        )
    place = re.search("谁|哪一?位|何人", asked)
    if place is None or _ASKS_OBJECT.search(asked[: place.start()]):
        return False
    before = tagged_words(asked[: place.start()])
    if before and before[-1][1] in VERB_TAGS and before[-1][0] not in LIGHT_VERBS:
        return False
    if _IS.search(text[begins:start]):
        return meets(reversed(tagged_words(text[begins:start])), question)
    return not _TURNS.match(behind) and meets(tagged_words(behind), question, _is_turned)


def _is_turned(word: str) -> bool:
    """Whether what follows a word is not, or not certainly, done by whom a name before it names."""
    return word in _TURNING or ends_with_office(word)


def _is_cut_wrong(text: str, start: int, named: int, end: int) -> bool:
    """Whether a name may begin with the end of a word (亲|王某某), but for an office before it, or
    be a word with what follows it (牛顿|并)."""
    after_word = start == named and text[named - 1 : named + 1] in pairs()
    return after_word or (end - named == 3 and text[named : named + 2] in pairs())


def _names_others(text: str, name: str, asked: str) -> bool:
    """Whether the segmenter takes more of a sentence for people than one and those asked about."""
    people = (text[start:end] for start, end in named_spans(text, _PERSON_TAG))
    known = fold(asked)
    return any(
        other not in name and name not in other and fold(other) not in known for other in people
    )
