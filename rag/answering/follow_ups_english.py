"""Follow-up questions in English that take over what the last turn named, by rules."""

import re
from datetime import date

from rag.answering.referents import (
    AUXILIARIES,
    CALENDAR,
    ENGLISH_WORD,
    Referents,
    phrases_in,
)
from rag.answering.substitution import substituted
from rag.retrieval.dates_asked import dates_named
from rag.retrieval.folding import HANZI
from rag.retrieval.glossary import STOPWORDS, Glossary
from rag.retrieval.lexicon import words

_PERSON = re.compile(r"\b(?P<its>his|her(?= \w))\b|\b(?:he|she|him|her)\b", re.IGNORECASE)
_THING = re.compile(r"\b(?P<its>its|their)\b|\b(?:it|they|them)\b(?!['’])", re.IGNORECASE)
# “How long does it take to…”, “is it true that…”: it means nothing there. Behind “that” it may mean
# who or what is asked for.
_EXPLETIVE = re.compile(
    r"\bit (?:takes?|took|rain|snow)\b.*\b(?:for|to)\b|\b(?:is|was) it \w+ (?:that|to|for)\b"
    r"|\bit (?:is|was|be) \w+ (?:that|to|for)\b|\btime is it\b"
    r"|\bthat (?:its?|they|their)\b",
    re.IGNORECASE,
)
_DEMONSTRATIVE = re.compile(r"\b(?:this|that|these|those) (?P<words>[\w-]+(?: [\w-]+){0,2})")
# What a question may mean of the conversation where it asks for more of the same.
_ELSE = re.compile(r"\b(?:else|also)\b", re.IGNORECASE)
_DEFINITE = re.compile(r"\bthe (?P<noun>[a-z][\w-]*)(?=[?.,]*$)", re.IGNORECASE)
_THAT_DAY = re.compile(r"\b(?:on )?(?:that|the same) day\b", re.IGNORECASE)
_THAT_YEAR = re.compile(r"\b(?:in )?(?:that|the same) year\b", re.IGNORECASE)
# What names a thing before a pronoun that the pronoun may mean.
_NAMED = re.compile(
    r"\b(?:the|an?|whose|which|what|many|much|of|in|at|for|with|by)(?= (?P<word>[\w-]+))",
    re.IGNORECASE,
)
_CAPITALISED = re.compile(r"(?<=\s)[A-Z][\w’'-]+")
_WH = re.compile(
    r"(?:what|who|when|where|why|how (?:many|much|long|old|far|often)|how|which \w+)\b(?: else)?",
    re.IGNORECASE,
)
_ABOUT = re.compile(
    r"(?:(?:and|but|so)(?: what| how)? about|(?:what|how) about|and|but)\s+(?P<named>[^?]+?)\s*\?*",
    re.IGNORECASE,
)
_PREPOSITION = re.compile(r"(?:in|on|at|for|of|by|from) ", re.IGNORECASE)
_SUPPLEMENTS = words("english_follow_up_words.txt")
_VERBS = AUXILIARIES | {"is", "are", "was", "were", "has", "have", "had"}
_NO_THINGS = frozenset(
    ("else", "more", "year", "month", "week", "day", "date", "time", "kind", "sort")
)
_MOST_BARE, _MOST_NAMED = 5, 6  # words


def stand_alone_english(
    question: str, meant: Referents, today: date, glossary: Glossary | None
) -> tuple[str, tuple[str, ...]]:
    """The question with what it leaves to the last turn, and what that is, in order; nothing where
    it stands alone."""
    carried: list[str] = []
    whole = _dates_replaced(question, meant, today, carried)
    whole = _people_replaced(whole, question, meant, carried)
    whole = _things_replaced(whole, meant, carried)
    whole = _demonstratives_replaced(whole, meant, glossary, carried)
    whole = _noun_replaced(whole, question, meant, glossary, carried)
    if carried:
        if not dates_named(whole, today):
            whole = _with_date(whole, _date_of_event(carried[-1], meant))
        return whole, tuple(dict.fromkeys(carried))
    if _is_bare(question):
        return _asked_again(question, meant), (meant.question,)
    if named := _named_alone(question):
        bare = named if dates_named(named, today) else _PREPOSITION.sub("", named, count=1)
        return substituted(meant.question, bare, meant.subject, today), (meant.question,)
    if meant.subject and _lacks_its_matter(question) and not _lacks_its_matter(meant.question):
        on_its_day = meant.dated if meant.subject in meant.question else ""
        return _with_date(_of_the_matter(question, meant), on_its_day), (meant.subject,)
    return question, ()


def _noun_replaced(
    whole: str, question: str, meant: Referents, glossary: Glossary | None, carried: list[str]
) -> str:
    """“Who else spoke at the meeting?” with the meeting that the conversation names."""
    match = _DEFINITE.search(whole)
    if carried or not match or not _ELSE.search(question) or _names(question):
        return whole
    noun = match["noun"]
    referent = _phrase_for(noun, meant) or _held_in_chinese(noun, meant, glossary)
    if not referent or referent.lower() == noun.lower():
        return whole
    carried.append(referent)
    return f"{whole[: match.start('noun')]}{referent}{whole[match.end('noun') :]}"


def _lacks_its_matter(question: str) -> bool:
    """Whether a question asks who, with one verb and nothing besides: “Who else attended?”"""
    found = [word for word in _words(question) if word != "else"]
    asks = len(found) == 2 and found[0] == "who" and found[1] not in STOPWORDS
    return bool(asks) and not any(map(str.isdigit, question))


def _of_the_matter(question: str, meant: Referents) -> str:
    bare = question.rstrip(" ?")
    verb = _words(question)[-1]
    link = "" if verb in words("english_event_verbs.txt") else "at "
    return f"{bare} {link}{_with_article(meant.subject, meant)}?"


def _date_of_event(referent: str, meant: Referents) -> str:
    """The words of the date in the latest question that names an event; none for what is none."""
    event = referent.lower().split()[-1] in words("english_event_words.txt")
    return meant.dated_with(referent) if event else ""


def _with_date(question: str, dated: str) -> str:
    if not dated:
        return question
    link = "in " if dated.isdigit() else "on " if any(map(str.isdigit, dated)) else ""
    return f"{question.rstrip(' ?')} {link}{dated}?"


def _dates_replaced(question: str, meant: Referents, today: date, carried: list[str]) -> str:
    if dates_named(question, today):
        return question
    whole = question
    if meant.day:
        day = f"{meant.day:%B} {meant.day.day}, {meant.day.year}"
        whole = _replaced(_THAT_DAY, whole, f"on {day}", day, carried)
    if meant.year:
        whole = _replaced(_THAT_YEAR, whole, f"in {meant.year}", str(meant.year), carried)
    return whole


def _replaced(
    pattern: re.Pattern[str], text: str, new: str, referent: str, carried: list[str]
) -> str:
    whole, count = pattern.subn(new, text)
    carried += [referent] * bool(count)
    return whole


def _people_replaced(whole: str, question: str, meant: Referents, carried: list[str]) -> str:
    match = _PERSON.search(whole)
    if not match or not meant.person or _names(question):
        return whole
    if _names_a_thing(whole[: match.start()]):
        return whole
    return _with_possessives(_PERSON, whole, meant.person, carried)


def _things_replaced(whole: str, meant: Referents, carried: list[str]) -> str:
    match = _THING.search(whole)
    if not match or not meant.subject or _EXPLETIVE.search(whole):
        return whole
    if _names_a_thing(whole[: match.start()]):
        return whole
    return _with_possessives(_THING, whole, _with_article(meant.subject, meant), carried)


def _with_article(subject: str, meant: Referents) -> str:
    bare = f"the {subject}" not in meant.question and subject[:1].isupper()
    return subject if _has_hanzi(subject) or bare else f"the {subject}"


def _with_possessives(
    pattern: re.Pattern[str], text: str, referent: str, carried: list[str]
) -> str:
    whole, count = pattern.subn(lambda match: f"{referent}'s" if match["its"] else referent, text)
    carried += [referent] * bool(count)
    return whole


def _demonstratives_replaced(
    whole: str, meant: Referents, glossary: Glossary | None, carried: list[str]
) -> str:
    match = _DEMONSTRATIVE.search(whole)
    if not match or _names_a_thing(whole[: match.start()]) or _names(whole):
        return whole
    phrase = match["words"].split()
    nouns = [" ".join(phrase[:count]) for count in range(len(phrase), 0, -1)]
    asked = [(noun, _phrase_for(noun, meant)) for noun in nouns]
    held = [(noun, _held_in_chinese(noun, meant, glossary)) for noun in nouns]
    for noun, referent in (*asked, *held):
        if referent:
            carried.append(referent)
            rest = whole[match.start("words") + len(noun) :]
            return f"{whole[: match.start()]}the {referent}{rest}"
    return whole


def _phrase_for(noun: str, meant: Referents) -> str:
    """The phrase of the latest question that has one which ends in a noun."""
    lowered = noun.lower()
    if lowered.split()[-1] in STOPWORDS:
        return ""
    phrases = (phrase for one in meant.turns for phrase in phrases_in(one.question))
    return next((one for one in phrases if f" {one.lower()}".endswith(f" {lowered}")), "")


def _held_in_chinese(noun: str, meant: Referents, glossary: Glossary | None) -> str:
    """The subject of the latest question that was answered by a text which has a noun in Chinese,
    with that noun."""
    if glossary is None:
        return ""
    found = [one for one in glossary.translate(noun) if one.term == noun.lower()]
    forms = [form for one in found for form, _ in one.words if len(form) > 1]
    for one in meant.turns:
        if any(form in text for form in forms for text in (*one.headlines, *one.quotes)):
            return f"{one.subject} {noun}" if one.subject else ""
    return ""


def _names(question: str) -> bool:
    """Whether a question names somebody or something by a name of its own."""
    names = (match[0].lower() for match in _CAPITALISED.finditer(question))
    return _has_hanzi(question) or any(name not in CALENDAR and name != "i" for name in names)


def _names_a_thing(before: str) -> bool:
    nouns = (match["word"].lower() for match in _NAMED.finditer(before))
    return _names(before) or any(noun not in STOPWORDS and noun not in _NO_THINGS for noun in nouns)


def _has_hanzi(text: str) -> bool:
    return re.search(f"[{HANZI}]", text) is not None


def _words(text: str) -> list[str]:
    return [word.lower() for word in ENGLISH_WORD.findall(text)]


def _is_bare(question: str) -> bool:
    found = _words(question)
    if any(map(str.isdigit, question)) or _has_hanzi(question):
        return False
    if _PERSON.search(question) or _THING.search(question):
        return False
    return 0 < len(found) <= _MOST_BARE and all(
        word in STOPWORDS or word in _SUPPLEMENTS for word in found
    )


def _asked_again(question: str, meant: Referents) -> str:
    """The last question with the question words of a bare one; the two together where the bare one
    is of more than that."""
    asked, last = _WH.search(question), _WH.match(meant.question)
    only = asked and len(_words(question)) - len(_words(asked[0])) <= 1 and "else" not in asked[0]
    if asked and last and only:
        word = asked[0]
        return f"{word[0].upper()}{word[1:]}{meant.question[last.end() :]}"
    return f"{meant.question} {question}"


def _named_alone(question: str) -> str:
    """What an elliptical question names instead of what the last one named: “And in 2019?”"""
    match = _ABOUT.fullmatch(question)
    if not match:
        return ""
    found = _words(match["named"])
    whole = _WH.search(match["named"]) or any(word in _VERBS for word in found)
    return "" if whole or len(found) > _MOST_NAMED else match["named"]
