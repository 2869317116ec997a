"""Who wrote it: byline lines, inline and closing bylines, and the lead that opens a story."""

import re
from collections.abc import Sequence

from rag.reading.characters import HAN, is_han
from rag.reading.surnames import split_names

_MARKS = "□■◇◆○●◎△▲▽▼☆★※▪▫▶►"


def _spaced(*words: str) -> str:
    """A pattern for any of the words, however letter-spaced."""
    return "|".join(r"\s*".join(word) for word in words)


_RANK = _spaced(
    "首席",
    "特约",
    "特派",
    "见习",
    "实习",
    "驻地",
    "驻站",
    "全媒体",
    "融媒体",
    "全媒",
    "融媒",
    "摄影",
    "文字",
    "资深",
    "高级",
)
_OWN = _spaced("本报", "本刊", "本台", "本网", "我报")
_POST = _spaced("记者", "通讯员", "实习生", "评论员", "撰稿人", "特约撰稿", "报道员", "编译")
_ROLE = rf"(?:(?:{_OWN})\s*)?(?:(?:{_RANK})\s*)*(?:{_POST})"
_ROLE_AT_START = re.compile(_ROLE)
_ROLE_PATTERN = re.compile(rf"{_ROLE}\s*[/：:]?")
_TASK = re.compile(
    rf"(?:{_spaced('摄影报道', '整理报道', '综合报道', '报道', '摄影', '供图')}|(?<=\s)[文图摄]"
    r"(?:\s*[/、]\s*[文图摄])*)\s*$"
)
_BETWEEN_NAMES = re.compile(r"[\s、，,;；/&|]+")
_NAME = re.compile(
    rf"[{HAN}]{{2,4}}|[{HAN}]+(?:·[{HAN}]+)+|[A-Za-zÀ-ɏ][A-Za-zÀ-ɏ.'’-]*(?: [A-Za-zÀ-ɏ.'’-]+)*"
)
# What a sentence about a reporter goes on with, where a byline would name one.
_NO_NAME = re.compile(r"从|在|了解|获悉|采访|看到|注意|发现|走进|来到|表示|近日|日前|今|昨")
_MAX_BYLINE = 60
_MAX_ROLE = 12

_BRACKETED = r"[（(]([^（()）]{2,60})[)）]"
_LEAD = re.compile(rf"本[报刊台网](?:讯|[{HAN}]{{0,8}}(?:\d{{1,2}}月)?\d{{1,2}}日(?:讯|电))")
_AGENCY_LEAD = re.compile(
    rf"(?!(?:另?据|根据)[^电讯]*消息)[{HAN}]{{1,10}}(?:(?:\d{{4}}年)?\d{{1,2}}月)?\d{{1,2}}日(?:电|讯|消息)"
    rf"|[{HAN}]{{2,6}}(?:社|网|报|台|客户端)[讯电](?=[（(])"
)
_INLINE = re.compile(rf"\s*{_BRACKETED}")
_LIST_BREAKS = re.compile(rf"[（(][^（()）]*(?:{_POST})(?:[^（()）]*[\s、/])?[{HAN}]{{2,4}}$")
_LIST_GOES_ON = re.compile(rf"[{HAN}]{{2,4}}[\s、/）)]")
_CLOSING = re.compile(rf"{_BRACKETED}$")


def parse_names(text: str) -> tuple[str, ...]:
    """The names in a list of roles and names; empty where anything in it is no name."""
    bare = _ROLE_PATTERN.sub(" ", _TASK.sub("", f" {text.strip()}"))
    tokens = [token for token in _BETWEEN_NAMES.split(bare) if token]
    if tokens and all(is_han(c) for token in tokens for c in token):
        tokens = [name for token in _whole_names(tokens) for name in split_names(token)]
    elif not any(is_han(c) for c in bare):
        tokens = [" ".join(tokens)] if tokens else []
    if not all(_NAME.fullmatch(token) for token in tokens):
        return ()
    return tuple(dict.fromkeys(tokens))


def _whole_names(tokens: Sequence[str]) -> list[str]:
    """Names set apart (王 涵) put together again: no name has a single character."""
    names: list[str] = []
    pending = ""
    for token in tokens:
        if pending:
            names.append(pending + token)
            pending = ""
        elif len(token) == 1:
            pending = token
        else:
            names.append(token)
    if pending and names and len(names[-1]) < 4:
        names[-1] += pending
    elif pending:
        names.append(pending)
    return names


def parts_names(above: str, below: str) -> bool:
    """Whether a line breaks between two names of a byline in brackets: 「（记者 林一|林二）」."""
    return _LIST_BREAKS.search(above) is not None and _LIST_GOES_ON.match(below) is not None


def marked_byline(text: str) -> tuple[str, ...]:
    """The names in a line such as 「□首席记者 …」 or 「■通讯员 …」; empty for any other line."""
    if len(text) > _MAX_BYLINE or text[0] not in _MARKS:
        return ()
    return parse_names(text.strip(_MARKS + " "))


def is_mark(text: str) -> bool:
    """Whether a text is the beginning of a byline with a mark: the mark, and a role at most."""
    rest = text.lstrip(_MARKS)
    return len(rest) < len(text) and (not rest.strip() or len(rest.strip()) <= _MAX_ROLE)


def plain_byline(text: str) -> tuple[str, ...]:
    """The names in a line such as 「记者 …」, which carries no mark; empty for any other line."""
    role = _ROLE_AT_START.match(text)
    if role is None or len(text) > _MAX_BYLINE:
        return ()
    rest = text[role.end() :]
    if _NO_NAME.match(rest.lstrip()):
        return ()
    return parse_names(text)


def opens_story(compact: str) -> bool:
    """Whether a line starts with the paper's own lead, 「本报讯」 or 「本报 … 日讯」."""
    return _LEAD.match(compact) is not None


def opens_dispatch(compact: str) -> bool:
    """Whether a line starts with an agency's lead, such as 「… 社 … 7月26日电」."""
    return _AGENCY_LEAD.match(compact) is not None


def dateline_end(text: str) -> int:
    """Where the source tags that a story opens with end: 「本报讯」, an agency's lead, or both with
    a byline in brackets between them. 0 where it opens with none."""
    end = 0
    own = _match_spaced(_LEAD, text, 0)
    if own:
        end = own
    inline = _INLINE.match(text, end) if end else None
    start = inline.end() if inline and parse_names(inline.group(1)) else end
    while start < len(text) and text[start] == " ":
        start += 1
    agency = _match_spaced(_AGENCY_LEAD, text, start)
    return agency or end


def _match_spaced(pattern: re.Pattern[str], text: str, start: int) -> int:
    """The end of a match at `start` that may be letter-spaced; 0 where there is none."""
    head = text[start : start + 40]
    kept = [i for i, character in enumerate(head) if character != " "]
    match = pattern.match("".join(head[i] for i in kept))
    return start + kept[match.end() - 1] + 1 if match else 0


def dateline(text: str) -> str:
    """The source tags a story opens with, as printed, without a byline in brackets."""
    end = dateline_end(text)
    tags = re.sub(_BRACKETED, " ", text[:end])
    return " ".join(tags.split())


def inline_names(text: str) -> tuple[str, ...]:
    """The names in brackets right after the paper's own lead: 「本报讯（记者 …）」."""
    own = _match_spaced(_LEAD, text, 0)
    return _role_names(_INLINE.match(text, own)) if own else ()


def dispatch_names(text: str) -> tuple[str, ...]:
    """The names in brackets right after an agency's lead: 「… 7月26日电（记者 …）」."""
    end = dateline_end(text)
    return _role_names(_INLINE.match(text, end)) if end else ()


def closing_names(text: str) -> tuple[tuple[str, ...], int]:
    """The names of a closing 「（记者 …）」 and where it opens; no names and the end without."""
    stripped = text.rstrip()
    match = _CLOSING.search(stripped)
    names = _role_names(match)
    if match is None or not names:
        return (), len(text)
    return names, match.start()


def _role_names(match: re.Match[str] | None) -> tuple[str, ...]:
    if match is None or not _ROLE_PATTERN.search(match.group(1)):
        return ()
    return parse_names(match.group(1))
