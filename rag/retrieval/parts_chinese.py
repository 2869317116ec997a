"""How a Chinese question joins several: 何时开工，由谁承建；A城和B城分别有多少人."""

import re

from rag.retrieval.folding import HANZI
from rag.retrieval.lexicon import words
from rag.retrieval.lists_chinese import NAME_TAGS, Token, listed_apart, tagged
from rag.retrieval.quoted import HIDDEN, masked

# 何 is a surname, 几 stands in 几乎 and 十几, 多大 in 许多大学: only what asks is meant.
_ASKING = re.compile(
    "谁|哪(?!怕)|什么|多少|怎|如何|为何|[因有]何|何[时地处人事种日年月以在]"
    "|(?<![十百千万])第?几(?![乎十百千万亿])|(?<![许很众诸更最较])多[大高长远久重深宽快]"
    "|是否|是不是|有没有|能否|可否|吗(?![啡])|呢(?![喃])"
)
_NO_COMPOUND = re.compile("无论|不管|不论|任何|任凭")
_CONNECTIVE = "(?:另外|此外|还有|以及|并且|而且|同时|那么)"
_JOINT = re.compile(rf"\s*(?:(?<!\d)[，,]|[，,](?!\d)|(?=以及))\s*(?:{_CONNECTIVE}[，,]?\s*)?")
_OPENS = re.compile(rf"^\s*{_CONNECTIVE}[，,]?\s*")
_ENDS_IN_PRONOUN = re.compile(
    r"(?:谁|什么|多少|哪里|哪儿|何处|几[^\W\d]?|吗|呢)[^\W\d]{0,2}[？?！!]*$"
)
_ADVERB = re.compile("如何|何[时地处]|为何|为什么|怎么?样?|什么时[候间]|哪[里儿]|是否|能否|可否")
_ELLIPTIC = re.compile("呢[？?！!]*$")  # 临河呢？ asks of 临河 what was asked before
_END_MARKS = re.compile(r"[？?！!；;。，,、\s]+$")

_REFERRING = frozenset(["他", "她", "它", "他们", "她们", "它们", "其", "其中", "该", "此"])
_POINTING = frozenset(
    [a + b for a in "这那" for b in ("", "个", "次", "些", "样", "里")] + ["本次", "此次"]
)
_FRAME = words("chinese_frame_words.txt")
_CONTENT_TAGS = frozenset("nvajlib")
_VERB_TAGS = frozenset(["v", "ul", "uz", "ug"])  # 了, 着 and 过 follow a verb
_LINKS = frozenset(
    "pducf"
)  # prepositions, adverbs, particles, conjunctions, places: 在、将、的、和、中
_TOO_LITTLE = 4  # hanzi of content: 何时开工, 总投资是多少 say not of what
_LITTLE_FOR_POINTING = 6  # 这次会议的主题 points back, 这三个品牌召回的乘用车 names its own

_TOGETHER = "分别"


class ChineseParts:
    """The `Grammar` of Chinese questions."""

    def asks(self, text: str) -> bool:
        return _ASKING.search(masked(text)) is not None

    def coordinated(self, question: str) -> list[list[str]]:
        if _NO_COMPOUND.search(masked(question)):
            return [[question]]
        return [_distributed(clause) for clause in _cut(question)]

    def lacks_subject(self, part: str) -> bool:
        tokens = tagged(part)
        if _ELLIPTIC.search(part) and len(_ASKING.findall(masked(part))) == 1:
            return True
        named = False
        for word, tag, _ in tokens:
            if word in _REFERRING:
                return not named
            named = named or tag in NAME_TAGS
        if named or any(char.isdigit() for char in part) or HIDDEN in masked(part):
            return False
        content = sum(len(word) for word, tag, _ in tokens if _is_content(word, tag))
        points = any(word in _POINTING for word, _, _ in tokens)
        return content <= (_LITTLE_FOR_POINTING if points else _TOO_LITTLE)

    def carried(self, head: str, part: str) -> str:
        topic = _topic(head)
        return f"{topic}，{part}" if topic else part


def _cut(sentence: str) -> list[str]:
    """The sentence cut before each clause that asks, where what came before it asks, too, and both
    stand alone; a clause between them stays with the first."""
    joints = list(_JOINT.finditer(masked(sentence)))
    ends = [joint.start() for joint in joints] + [len(sentence)]
    parts, start = [], _opening(sentence)
    for joint, end in zip(joints, ends[1:], strict=True):
        before = sentence[start : joint.start()]
        if _stands(before) and _stands(sentence[joint.end() : end]):
            parts.append(before)
            start = joint.end()
    return [*parts, sentence[start:]]


def _opening(sentence: str) -> int:
    match = _OPENS.match(sentence)
    return match.end() if match else 0


def _stands(clause: str) -> bool:
    """Whether a clause asks something by itself: it ends in what it asks for (造价多少), says what
    it asks the time or manner of (何时通车), or has a verb; 「如何」 and 「哪些企业」 don't."""
    bare = _END_MARKS.sub("", masked(clause))
    asked = _ASKING.search(bare)
    if asked is None or asked.group() == bare:
        return False
    adverbs = list(_ADVERB.finditer(bare))
    if adverbs and adverbs[-1].end() == len(bare):
        return "哪" in adverbs[-1].group()
    return (
        bool(adverbs)
        or _ENDS_IN_PRONOUN.search(bare) is not None
        or any(tag in _VERB_TAGS and word not in _FRAME for word, tag, _ in tagged(bare))
    )


def _topic(head: str) -> str:
    """What a question is about: the words before its question word, without what links them to it,
    where they name something, else all its other words; nothing where those don't, either, as in
    谁反对."""
    bare = _END_MARKS.sub("", head)
    asked = _ASKING.search(masked(bare))
    if asked is None:
        return bare
    tokens = tagged(bare[: asked.start()])
    while tokens and (tokens[-1][1][:1] in _LINKS or tokens[-1][0] in _FRAME):
        tokens.pop()
    if _name_something(tokens):
        return _END_MARKS.sub("", "".join(word for word, _, _ in tokens))
    others = _END_MARKS.sub("", bare[: asked.start()]) + bare[asked.end() :]
    return others if _name_something(tagged(others)) else ""


def _name_something(tokens: list[Token]) -> bool:
    return any(tag[:1] in "njl" or tag == "eng" for _, tag, _ in tokens)


def _distributed(question: str) -> list[str]:
    """「甲城和乙城分别有多少人」 as a question for each; whole where that is no plain list."""
    shown = masked(question)
    at = shown.find(_TOGETHER)
    if at < 0 or not _ASKING.search(shown, at):
        return [question]
    start = max(shown.rfind(mark, 0, at) for mark in "，,") + 1
    before, after = question[:start], question[at + len(_TOGETHER) :]
    return [before + item + after for item in listed_apart(question[start:at])] or [question]


def _is_content(word: str, tag: str) -> bool:
    return (
        tag[:1] in _CONTENT_TAGS
        and word not in _FRAME
        and re.search(f"[{HANZI}]", word) is not None
        and _ASKING.search(word) is None
    )
