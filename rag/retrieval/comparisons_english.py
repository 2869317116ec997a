"""How an English question compares: compare A and B, how do A and B differ, A versus B."""

import re

_POLITE = r"^\W*(?:please |can you |could you |would you )*"
_OPENS = re.compile(
    rf"{_POLITE}(?:compare|contrast) (?P<body>.+)$",
    re.IGNORECASE,
)
_DIFFERENCE = re.compile(
    rf"{_POLITE}(?:(?:what|which) (?:is|are|was|were) (?:the )?|what |are there (?:any )?"
    r"|tell me (?:the )?)?"
    r"(?:main |key |biggest )?(?:differences?|differs?|differed|changes|changed)"
    r"(?P<aspect> (?:in|of) [^,]{2,60}?)? (?:between|from) (?P<body>.+)$",
    re.IGNORECASE,
)
_HOW = re.compile(
    r"^\W*(?:how|in what way|where|by how much) (?:do|does|did|are|is|were|was) (?P<body>.+?)"
    r" (?:differ|compare|different|compared)"
    r"(?: from each other| with each other| in (?P<aspect>.+))?$",
    re.IGNORECASE,
)
_HOW_FROM = re.compile(
    r"^\W*(?:how|in what way) (?:do|does|did|are|is|were|was) (?P<first>.+?)"
    r" (?:differ|compare|different|compared) (?:from|with|to) (?P<other>.+)$",
    re.IGNORECASE,
)
_VERSUS = re.compile(
    r"^\W*(?P<body>(?!(?:how|who|when|where|why)\b)(?:(?!\b(?:versus|vs|compared)\b).)+"
    r" (?:versus|vs\.?|(?:as )?compared (?:with|to)) .+)$",
    re.IGNORECASE,
)
_RANKS = re.compile(
    r"^\W*(?:which|who)\b[^,]{0,60}?\b(?P<aspect>(?:more|fewer|less|higher|lower|larger|bigger|smaller"
    r"|longer|shorter|earlier|later|greater)\b[^,]*)(?:, | - |: )(?P<body>.+ or .+)$",
    re.IGNORECASE,
)
_COUNTS = {"two": 2, "2": 2, "three": 3, "3": 3, "four": 4, "4": 4}
_UNNAMED = re.compile(
    r"^(?:the |these |those |both )?(?:last |latest |most recent )?(?P<count>two|three|four|[2-4]) "
    r"(?P<what>(?:[a-z-]+ ){0,4}[a-z-]+s)$",
    re.IGNORECASE,
)
_BOTH = re.compile(r"^(?:the |these )?both (?P<what>(?:[a-z-]+ ){0,3}[a-z-]+s)$", re.IGNORECASE)
_ENDS = re.compile(r"[\s,.!?;:]+$")
_LINK = re.compile(r",? (?:and|with|to|versus|vs\.?|or)(?: with| to)? |, ", re.IGNORECASE)
_OPENS_LIST = re.compile(r"\b(?:of|in|at|for|on|by|from|to) (?:the )?", re.IGNORECASE)
_TAIL = re.compile(
    r" (?:in terms of|with regard to|regarding|concerning|in their|in|on|about|for|during|over|by)"
    r" .+$",
    re.IGNORECASE,
)
_POSSESSIVE = re.compile(r"(?P<name>.+?)(?:'s?|’s?)(?P<after> .+)?$")
_MOST_WORDS = 5
_WORD = re.compile(r"[A-Za-z0-9][\w'’-]*")
_LEADS = re.compile(r"^(?:the|a|an|both|between|that of|those of) ", re.IGNORECASE)
_NEWS_WORDS = (
    "news|newspapers?|papers?|reports?|reported|coverage|stories|articles?|issues?|editions?"
    "|front pages?|headlines|say|said|the|about|on|of|in|from|for|what|was|were"
)
_NEWS = re.compile(rf"(?:\b(?:{_NEWS_WORDS}|daily)\b ?)+", re.IGNORECASE)
_SUBJECT_LEADS = re.compile(rf"^(?:(?:{_NEWS_WORDS}|regarding|concerning|how)\b ?)+", re.IGNORECASE)


def compared_in(text: str) -> str | None:
    """The words of a question that name what it compares; None where it doesn't compare."""
    bare = _ENDS.sub("", text.replace("’", "'"))
    if found := _HOW_FROM.search(bare):
        return f"{found['first']} and {found['other']}"
    for pattern in (_OPENS, _DIFFERENCE, _HOW, _RANKS, _VERSUS):
        if found := pattern.search(bare):
            aspect = found.groupdict().get("aspect")
            body = found["body"]
            return f"{body} in {re.sub(r'^ ?(?:in|of) ', '', aspect)}" if aspect else body
    return None


def unnamed_in(body: str) -> tuple[int, str] | None:
    """How many things are compared of which only the kind is said, and that: the two meetings."""
    if found := _UNNAMED.search(body):
        return _COUNTS[found["count"].lower()], found["what"]
    both = _BOTH.search(body)
    return (2, both["what"]) if both else None


def listed(body: str) -> list[tuple[str, str]]:
    """The things that a list names, each with its name and with what they share."""
    links = list(_LINK.finditer(body))
    if not links:
        return []
    starts = [0, *(link.end() for link in links)]
    ends = [*(link.start() for link in links), len(body)]
    items = [body[start:end] for start, end in zip(starts, ends, strict=True)]
    before, items[0] = _opened(items[0])
    items[-1], after = _closed(items[-1])
    names = [_LEADS.sub("", item.strip()) for item in items]
    if owned := [_POSSESSIVE.fullmatch(name) for name in names]:
        last = owned[-1]
        if last and last["after"] and all(owned):
            names = [one["name"] for one in owned if one]
            after = f"{last['after']}{after}"
    if not all(0 < len(_WORD.findall(name)) <= _MOST_WORDS for name in names):
        return []
    return [(name, f"{before}{name}{after}".strip()) for name in names]


def subject(text: str) -> str:
    """What news of certain days is asked about, without the words for news; empty where that is
    all of it."""
    bare = _ENDS.sub("", text.strip())
    bare = re.sub(r"^'s ", "", bare)
    if not _WORD.search(_NEWS.sub("", bare)):
        return ""
    return _SUBJECT_LEADS.sub("", bare).strip()


def _opened(first: str) -> tuple[str, str]:
    """What the first of a list has before what it names: “the GDP of” before Xinhe."""
    openings = list(_OPENS_LIST.finditer(first))
    at = openings[-1].end() if openings else 0
    return first[:at], first[at:]


def _closed(last: str) -> tuple[str, str]:
    """What the last of a list has after what it names: “in terms of GDP”."""
    tail = _TAIL.search(last)
    return (last[: tail.start()], last[tail.start() :]) if tail else (last, "")
