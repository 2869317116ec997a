"""Follow-up questions in Chinese that take over what the last turn named, by rules."""

import re
from datetime import date
from itertools import takewhile

from rag.answering.referents import (
    FRAME_WORDS,
    Referents,
    is_noun,
    phrases_in,
    tagged,
)
from rag.answering.substitution import substituted
from rag.retrieval.dates_asked import dates_named
from rag.retrieval.dictionary import verbs
from rag.retrieval.lexicon import words
from rag.retrieval.names import begins_with_office
from rag.retrieval.people import people_in

_PERSON = frozenset(("他", "她"))
_SOMEBODY = frozenset(("此人", "这人", "那人", "该人", "这位", "那位"))
_THING = frozenset(("它", "它们", "他们", "她们", "其"))
_MATTER = frozenset(("此事", "这事", "那事", "这件事", "那件事", "这个", "那个"))
_THAT_DAY = frozenset(("那天", "这天", "当天", "当日", "那一天", "这一天", "同一天", "同日"))
_THAT_YEAR = frozenset(("那年", "那一年", "同年"))
_DEMONSTRATIVE = re.compile(
    "(?:[该此]|[这那]一?(?:次|个|项|场|部|座|条|届|种|本|件|家|所|起|份|些|位|名)?)(?P<noun>.*)"
)
_BEHIND_PRONOUN = "vpdrucx"
_NAME_TAGS = ("nr", "nz", "eng")
_TO_GO_ON = frozenset(("还", "又", "也", "再", "还有", "还要", "还会"))
_SUPPLEMENTS = words("chinese_follow_up_words.txt")
_LONGEST_BARE = 12
_LONGEST_NAMED = 20
_ABOUT = re.compile(r"(?P<then>那么?|至于)?[，,]?(?P<named>.+?)(?P<what>呢)?[？?。]*")
_ASKS = re.compile("[谁何哪几吗]|什么|多少|怎|如何|多[大高长远久]|是否|有没有")
_ASKS_WHO = re.compile("谁|哪[些几]?[个位名]?人|哪[几些]?位|何人")
_LOCALIZER = re.compile("[上中后前里内间]|期间")
_PLACE = re.compile(f"(?P<noun>.+?)(?P<place>{_LOCALIZER.pattern})")
_NOUNS = "nsjgz"  # what the segmenter's tags of nouns and of parts of names begin with
_EVENT_ENDS = tuple(words("chinese_event_ends.txt"))
_ASKED_THING = re.compile(
    "[在于到从由是有]?(?:什么时[候间]|何[时地处人]|哪[里儿些个位家天年]?|为什么|为何|谁|什么|多少|几)"
    "|怎么样?|怎样|如何|[吗呢？?。]"
)


def stand_alone_chinese(
    question: str, meant: Referents, today: date
) -> tuple[str, tuple[str, ...]]:
    """The question with what it leaves to the last turn, and what that is, in order; nothing where
    it stands alone."""
    whole, carried = _pronouns_replaced(question, meant, today)
    if carried:
        return whole, carried
    if _is_bare(question):
        return _with_matter(question, meant)
    if named := _named_alone(question):
        return substituted(meant.question, named, meant.subject, today), (meant.question,)
    agent = meant.subject if _ASKS_WHO.search(question) else meant.agent
    if agent and _lacks_its_subject(_without_date(question, today)):
        on_its_day = not dates_named(question, today) and agent in meant.question
        whole = f"{meant.dated if on_its_day else ''}{agent}"
        return f"{whole}{question}", (whole,)
    return question, ()


def _without_date(question: str, today: date) -> str:
    """A question without the date that it begins with."""
    named = dates_named(question, today)
    begins = next((one for one in named if question.startswith(one)), "")
    return question.removeprefix(begins).lstrip("，, ") or question


def _lacks_its_subject(question: str) -> bool:
    """Whether a question goes on (还作出了…), or has but one verb besides the frame of one."""
    tokens = tagged(question)
    if tokens[0][0] in _TO_GO_ON:
        return not _named_before(tokens, question)
    if _ASKS.search(question) is None or len(question) > _LONGEST_BARE:
        return False
    if any(tag == "r" and not _ASKS.search(word) for word, tag in tokens):
        return False
    deeds = [(word, tag) for word, tag in tokens if not _is_frame(word, tag)]
    known = verbs() | words("chinese_single_verbs.txt")
    return len(deeds) == 1 and deeds[0][1] == "v" and deeds[0][0] in known


def _pronouns_replaced(question: str, meant: Referents, today: date) -> tuple[str, tuple[str, ...]]:
    """The question's pronouns and demonstratives as what they mean in the last turn."""
    tokens = tagged(question)
    dated = bool(dates_named(question, today))
    done, carried, at = list[str](), list[str](), 0
    while at < len(tokens):
        taken, referent = _referent(question, tokens, at, meant, dated)
        if referent:
            done.append(referent)
            carried.append(referent.removesuffix("的"))
        else:
            taken = 1
            done.append(tokens[at][0])
        at += taken
    return "".join(done), tuple(dict.fromkeys(carried))


def _referent(
    question: str, tokens: list[tuple[str, str]], at: int, meant: Referents, dated: bool
) -> tuple[int, str]:
    """What the token at a place means, and how many tokens say so; '' where it refers to nothing
    in the last turn."""
    word, before = tokens[at][0], tokens[:at]
    if word in _PERSON:
        # 的她 belongs to a title or a phrase.
        left = _names_somebody(question, tokens) or (at and tokens[at - 1][0] == "的")
        return 1, "" if left else meant.person
    if word in _THAT_DAY or word in _THAT_YEAR:
        if dated or _named_before(before, question):
            return 1, ""
        return 1, _day(meant) if word in _THAT_DAY else _year(meant)
    if _named_before(before, question):
        return 1, ""
    if word in _THING:
        return 1, _thing(word, tokens[at + 1 :], meant)
    if word in _SOMEBODY:
        return _somebody(tokens, at, meant)
    taken, referent = _demonstrative(tokens, at, meant)
    if not referent:
        taken, referent = _bare_noun(tokens, at, meant)
    return taken, referent if dated else f"{_day_of_event(referent, meant)}{referent}"


def _bare_noun(tokens: list[tuple[str, str]], at: int, meant: Referents) -> tuple[int, str]:
    """A bare noun that begins a question and means something of the conversation: in 会上 and 桥上,
    and in 会议还研究了什么."""
    (word, _), after = tokens[at], tokens[at + 1 :]
    if at and tokens[at - 1][1] != "x":
        return 1, ""
    if after and after[0][1] == "f" and _LOCALIZER.fullmatch(after[0][0]):
        return 2, _place(word, after[0][0], meant)
    if match := _PLACE.fullmatch(word):  # one word to the segmenter
        return 1, _place(match["noun"], match["place"], meant)
    goes_on = after and after[0][0] in _TO_GO_ON
    return 1, _phrase_ending_in(word, meant) if goes_on and is_noun(*tokens[at]) else ""


def _place(noun: str, where: str, meant: Referents) -> str:
    """In or at what the conversation names by a noun; '' for what is none, as in 晚上."""
    if tagged(noun)[0][1][:1] not in _NOUNS and not noun.endswith(_EVENT_ENDS):
        return ""
    phrase = _named_phrase(noun, meant) or _told_phrase(noun, meant)
    return f"{phrase}{where}" if phrase else ""


def _day_of_event(referent: str, meant: Referents) -> str:
    """The words of the date in the latest question that names an event; none for what is no
    event."""
    bare = _PLACE.sub(r"\g<noun>", referent) if _PLACE.fullmatch(referent) else referent
    if not bare.endswith(_EVENT_ENDS):
        return ""
    return meant.dated_with(bare)


def _somebody(tokens: list[tuple[str, str]], at: int, meant: Referents) -> tuple[int, str]:
    """此人 as the person; 这位 with an office that the last turn names."""
    if tokens[at][0].endswith("人"):
        return 1, meant.person
    office = tokens[at + 1][0] if at + 1 < len(tokens) else ""
    held = begins_with_office(office) and any(office in text for text in meant.texts)
    return 2, meant.person if held else ""


def _thing(word: str, after: list[tuple[str, str]], meant: Referents) -> str:
    if not meant.subject or word != "其":
        return meant.subject
    # 其总投资: its, unlike 使其
    return f"{meant.subject}的" if after and after[0][1][:1] in "nbvjg" else ""


def _demonstrative(tokens: list[tuple[str, str]], at: int, meant: Referents) -> tuple[int, str]:
    """A noun with 这, 那, 该 or 此, as the phrase of the last turn that ends in the noun."""
    word = tokens[at][0]
    match = _DEMONSTRATIVE.fullmatch(word)
    if not match and word not in _MATTER:
        return 1, ""
    if match and match["noun"] and word not in _MATTER:  # 该桥, one word to the segmenter
        return 1, _named_phrase(match["noun"], meant)
    taken = 2 if at + 1 < len(tokens) and tokens[at + 1][1] == "q" else 1
    after = tokens[at + taken :]
    if after and (phrase := _named_phrase(after[0][0], meant)):
        return taken + 1, phrase
    for count, (noun, _) in enumerate(takewhile(lambda one: is_noun(*one), after), start=1):
        if phrase := _phrase_ending_in(noun, meant):
            return taken + count, phrase
    alone = not after or (after[0][1][:1] in _BEHIND_PRONOUN and after[0][1] != "vn")
    return 1, meant.subject if word in _MATTER and alone else ""


def _phrase_ending_in(noun: str, meant: Referents) -> str:
    """The phrase of the latest question that ends in a noun; where a text that answered one has the
    noun, that question's subject with it, or what that text names before it."""
    if phrase := _named_phrase(noun, meant):
        return phrase
    for one in meant.turns:
        if held := [text for text in (*one.quotes, *one.headlines, one.question) if noun in text]:
            subject = one.topic if one.topic != noun else ""
            subject = subject or _before(noun, held[0]) or one.subject
            return f"{subject}{noun}" if subject and subject != noun else ""
    return ""


def _named_phrase(noun: str, meant: Referents) -> str:
    """The longest phrase that ends in a noun and is more than that, of the latest question that has
    one."""
    for one in meant.turns:
        if found := _longer(noun, one.question):
            return max(found, key=len)
    return ""


def _told_phrase(noun: str, meant: Referents) -> str:
    """The first such phrase of what answered a question, of the latest."""
    texts = (text for one in meant.turns for text in (*one.quotes, *one.headlines))
    return next((phrase for text in texts for phrase in _longer(noun, text)), "")


def _longer(noun: str, text: str) -> list[str]:
    return [one for one in phrases_in(text) if one.endswith(noun) and one != noun]


def _before(noun: str, text: str) -> str:
    """The first thing that a text names before a noun."""
    return next(iter(phrases_in(text[: text.index(noun)])), "")


def _named_before(before: list[tuple[str, str]], question: str) -> bool:
    """Whether something stands before a pronoun that it may mean."""
    return any(is_noun(word, tag) for word, tag in before) or any(
        mark in question for mark in "“「『《"
    )


def _names_somebody(question: str, tokens: list[tuple[str, str]]) -> bool:
    return bool(people_in(question, ())) or any(
        tag.startswith(_NAME_TAGS) or word == "·" for word, tag in tokens
    )


def _named_alone(question: str) -> str:
    """What an elliptical question names instead of what the last one named: 那上海呢？"""
    match = _ABOUT.fullmatch(question)
    if (
        not match
        or not (match["then"] or match["what"])
        or not question.endswith(("？", "?", "呢"))
    ):
        return ""
    named = match["named"].strip()
    whole = _ASKS.search(named) or any(tag in ("v", "r") for _, tag in tagged(named))
    return "" if whole or len(named) > _LONGEST_NAMED else named


def _is_bare(question: str) -> bool:
    """Whether a question holds nothing but the frame of one: 为什么？"""
    tokens = tagged(question)
    if any(word in _PERSON or word in _THING for word, _ in tokens):
        return False
    return len(question) <= _LONGEST_BARE and all(
        _is_frame(word, tag) or word in _SUPPLEMENTS for word, tag in tokens
    )


def _is_frame(word: str, tag: str) -> bool:
    """Whether a word asks or joins, and names nothing."""
    asks = word in FRAME_WORDS or (tag[:1] in "ruydpcfek" and tag != "eng")
    return asks or not any(map(str.isalnum, word))


def _with_matter(question: str, meant: Referents) -> tuple[str, tuple[str, ...]]:
    """A bare question behind the matter of the last one; where it asks for more of the same, behind
    all of it."""
    asks = _ASKS.search(question) is not None and "还" not in question
    matter = _ASKED_THING.sub("", meant.question) if asks else meant.question.rstrip("？?。")
    return (f"{matter}，{question}", (matter,)) if matter else (question, ())


def _day(meant: Referents) -> str:
    day = meant.day
    return f"{day.year}年{day.month}月{day.day}日" if day else ""


def _year(meant: Referents) -> str:
    return f"{meant.year}年" if meant.year else ""
