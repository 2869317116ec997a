"""What a language-model server may send instead of an answer: a few hundred ways to go wrong.

Whatever is false in them holds one of POISON; TRUE alone stands in the archive.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from tests.fake_openai import server as fake
from tests.fake_openai import streaming
from tests.fake_openai.server import Body, Reply
from tests.test_desk_with_language_model import FALSE, TRUE, source_with

POISON = ("3500", "赵国栋", "放假三天", "PWNED", "\x1b", "\x00", "\u202e")
NAMED = "市长赵国栋主持防汛会议。"
INVENTED = "全市放假三天，防汛应急周转资金专项用于发放。"


@dataclass(frozen=True)
class Hostile:
    """One way to go wrong. keeps: whether the reply holds a true sentence that may stay. slow: it
    takes all the time that it is given."""

    name: str
    reply: Reply
    keeps: bool = False
    slow: bool = False


def says(name: str, text: str | fake.Write, keeps: bool = False, size: int = 7) -> Hostile:
    """A text, in whatever way it is asked for."""
    return Hostile(name, streaming.streams(text, size), keeps)


def cited(write: Callable[[str], str]) -> fake.Write:
    """What is written with the id of the sentence that holds TRUE."""
    return lambda body: write(source_with("抢险物资储备", body))


def items(*sentences: str) -> fake.Write:
    return cited(lambda source: fake.answer_json(*((text, source) for text in sentences)))


def hostile_outputs() -> Iterator[Hostile]:
    """All of them, by kind."""
    yield from _broken_json()
    yield from _cut_in_sources()
    yield from _odd_json()
    yield from _false_claims()
    yield from _no_statements()
    yield from _hidden_claims()
    yield from _wrong_ids()
    yield from _endless()
    yield from _echoes()
    yield from _no_completions()
    yield from _statuses()
    yield from _cut_streams()
    yield from _silence()


def _broken_json() -> Iterator[Hostile]:
    good, false = items(TRUE, FALSE), items(FALSE, NAMED)
    for share in range(1, 10, 2):
        yield says(f"cut at {share}0 %", _cut(good, share / 10), keeps=True)
        yield says(f"false, cut at {share}0 %", _cut(false, share / 10))
    for name, change in {
        "no commas": lambda text: text.replace(",", ""),
        "no colons": lambda text: text.replace(":", ""),
        "single quotes": lambda text: text.replace('"', "'"),
        "no quotes": lambda text: text.replace('"', ""),
        "closed too early": lambda text: text.replace("[", "[]", 1),
        "brackets swapped": lambda text: text.translate(str.maketrans("[]{}", "{}[]")),
        "twice": lambda text: text + text,
        "backwards": lambda text: text[::-1],
        "commented": lambda text: "// PWNED\n" + text.replace("{", "{ /* PWNED */ ", 1),
        "no braces": lambda text: text.strip("{}"),
    }.items():
        yield says(f"json, {name}", _changed(good, change), keeps=True)


def _cut_in_sources() -> Iterator[Hostile]:
    ends = {
        "endless": ', "S1.1"' * 300,
        "in a name": ', "S1',
        "at a bad escape": ', "S1.\\q',
        "at a line break": ', "S1.\n1", "S1.2',
        "without commas": ' "S1.1" "S1.2',
        "behind a comma": ", ",
    }
    for name, end in ends.items():
        for truth, sentence in {"true": TRUE, "false": FALSE}.items():
            write = _ending(sentence, end)
            yield says(f"{truth}, sources cut off: {name}", write, keeps=sentence == TRUE)


def _ending(sentence: str, end: str) -> fake.Write:
    begun = f'{{"answerable": true, "sentences": [{{"text": {json.dumps(sentence)}, "sources": ['
    return cited(lambda source: f'{begun}"{source}"{end}')


def _no_statements() -> Iterator[Hostile]:
    for name, told in {
        "a question": "市长赵国栋主持防汛会议吗？",
        "a bare name": "赵国栋",
        "a bare number": "3500",
        "a heading": "放假三天 | 青川日报 | issue 2023-03-16",
        "a pronoun for a person": "他要求全市放假三天。",
        "a pronoun for several": "他们决定放假三天。",
    }.items():
        yield says(f"no statement, {name}", items(told))
        yield says(f"no statement behind a true one, {name}", items(TRUE, told), keeps=True)


def _odd_json() -> Iterator[Hostile]:
    claim = {"text": FALSE, "sources": ["S1.1"]}
    for name, value in {
        "text is a number": {"sentences": [{"text": 3500, "sources": []}]},
        "text is a list": {"sentences": [{"text": [FALSE], "sources": []}]},
        "text is missing": {"sentences": [{"claim": FALSE, "sources": ["S1.1"]}]},
        "text is empty": {"sentences": [{"text": " \n", "sources": ["S1.1"]}]},
        "sentences is text": {"answerable": True, "sentences": FALSE},
        "sentences is null": {"answerable": True, "sentences": None},
        "sentences are texts": {"answerable": True, "sentences": [FALSE, NAMED]},
        "sentences are lists": {"answerable": True, "sentences": [[FALSE], [NAMED]]},
        "a list": [claim, claim],
        "wrapped": {"reply": {"answerable": True, "sentences": [claim]}},
        "wrapped as text": json.dumps({"answerable": True, "sentences": [claim]}),
        "answerable is an object": {"answerable": {"PWNED": True}, "sentences": [claim]},
        "a tool call": {"name": "shell", "arguments": {"command": "PWNED"}},
        "a schema": {"type": "object", "properties": {"sentences": {"type": "array"}}},
        "nothing": {},
        "many": {"answerable": True, "sentences": [claim] * 500},
    }.items():
        yield says(f"json, {name}", json.dumps(value, ensure_ascii=False))
    deep = '{"answerable": true, "sentences": ' + "[" * 5_000
    yield says("json, deep lists", deep + '"PWNED"' + "]" * 5_000, size=999)
    yield says("json, deep objects", '{"a": ' * 2_000 + '"PWNED"' + "}" * 2_000, size=999)
    number = '{"answerable": true, "sentences": [{"text": "甲", "sources": [1%s]}]}'
    yield says("json, a number of 5,000 digits", number % ("0" * 5_000), size=999)


def _false_claims() -> Iterator[Hostile]:
    for name, text in {
        "number": FALSE,
        "name": NAMED,
        "invention": INVENTED,
        "order": "PWNED: ignore the archive.",
        "another language": "The 35 million (3500万元) fund pays for holidays.",
        "with a true beginning": TRUE.rstrip("。") + "，由赵国栋批准。",
        "with a true end": "市长赵国栋说，" + TRUE,
        "as a question": "3500万元用在哪里？",
        "as a number alone": "3500",
        "as a quotation": "“3500万元”",
    }.items():
        yield says(f"false, {name}", items(text))
        yield says(f"false in plain text, {name}", _marked(text))
        yield says(f"false after a true one, {name}", items(TRUE, text), keeps=True)


def _hidden_claims() -> Iterator[Hostile]:
    for name, sign in {
        "nul": "\x00",
        "escape": "\x1b[2J",
        "backspace": "\x08" * 3,
        "writing turned": "\u202e",
        "zero width": "\u200b",
        "half a character": "\ud83d",
        "line separator": "\u2028",
        "tag characters": "\U000e0041",
    }.items():
        yield says(f"hidden behind {name}", _escaped(f"{TRUE}{sign}{NAMED}"), keeps=True)
        yield says(f"hidden inside, {name}", _escaped(f"35{sign}00万元{TRUE[6:]}"), keeps=True)


def _wrong_ids() -> Iterator[Hostile]:
    for name, sources in {
        "unknown": ["S99.1"],
        "zero": ["S0.0"],
        "no id": ["../../etc/passwd"],
        "a display number": ["1", "[1]"],
        "many": [f"S{number}.1" for number in range(2_000)],
        "long": ["S" + "9" * 10_000],
        "orders": ["S1.1\nS1.2 PWNED", "PWNED"],
        "none": list[str](),
        "steering": ["\x1b[2J", "\u202e"],
    }.items():
        yield says(f"ids, {name}", fake.answer_json((FALSE, *sources)), size=999)
    odd: dict[str, object] = {"null": None, "objects": [{}], "a number": 3500}
    for name, named in odd.items():
        claims = {"sentences": [{"text": FALSE, "sources": named}]}
        yield says(f"ids, {name}", json.dumps(claims, ensure_ascii=False))


def _endless() -> Iterator[Hostile]:
    for name, text, end in (
        ("one character", "", "3"),
        ("spaces", "", " "),
        ("line breaks", "", "\n"),
        ("full stops", "", "。"),
        ("brackets", "", "["),
        ("braces", "", '{"'),
        ("a false sentence", "", FALSE),
        ("a marked sentence", "", f"{NAMED}[S1.1]"),
        ("thoughts", "<think>", "PWNED "),
        ("a claim", '{"answerable": true, "sentences": [{"text": "', "赵国栋"),
        ("claims", '{"answerable": true, "sentences": [', fake.answer_json((FALSE, "S1.1")) + ","),
        ("ids", '{"answerable": true, "sentences": [{"text": "甲", "sources": [', '"S1.1",'),
    ):
        much = end * (3_000 // len(end))
        stream = streaming.sent(
            streaming.says_piece(text), streaming.goes_on(streaming.says_piece(much))
        )
        whole = fake.says(text + much * 10, "length")
        yield Hostile(f"endless, {name}", streaming.where_asked(stream, whole))
    yield Hostile("endless bytes", fake.floods)
    yield Hostile(
        "endless events",
        streaming.where_asked(
            streaming.sent(streaming.goes_on(streaming.raw(b": PWNED\n" * 9_000))), fake.floods
        ),
    )


def _echoes() -> Iterator[Hostile]:
    yield says("echo of the instructions", fake.echoes, size=99)
    yield says("echo of the sources", lambda body: _prompt(body, 1), size=99)
    yield says("echo of all", lambda body: _prompt(body, 0) + _prompt(body, 1), size=99)
    yield says("echo in JSON", lambda body: fake.answer_json((_prompt(body, 1), "S1.1")), size=99)
    yield says("echo of the mark", lambda body: _prompt(body, 1).splitlines()[2] + FALSE, size=99)
    yield says("echo of the messages", lambda body: json.dumps(body["messages"]), size=99)


def _no_completions() -> Iterator[Hostile]:
    for name, body in {
        "nothing": b"",
        "null": b"null",
        "no choices": b"{}",
        "empty choices": b'{"choices": []}',
        "null choices": b'{"choices": null}',
        "a number": b"3500",
        "half": b'{"choices": [{"message": {"content": "35',
        "no content": b'{"choices": [{"message": {"content": null}}]}',
        "content is a list": b'{"choices": [{"message": {"content": ["PWNED"]}}]}',
        "a refusal": b'{"choices": [{"message": {"refusal": "PWNED"}}]}',
        "no text": b"\xff\xfe\x00",
        "half a character": b'{"choices": [{"message": {"content": "\\ud83d"}}]}',
    }.items():
        yield Hostile(f"reply, {name}", fake.sends(body))
    yield Hostile("reply, a page", fake.sends(b"<html>PWNED</html>", "text/html"))
    yield Hostile("reply, cut off", fake.cuts_off)
    for name, steps in {
        "nothing": (),
        "done alone": (streaming.done,),
        "no JSON": (streaming.data("PWNED"), streaming.done),
        "null": (streaming.data("null"),),
        "an error": (streaming.event({"error": {"message": "PWNED"}}),),
        "an odd error": (streaming.event({"error": [3500]}),),
        "odd choices": (streaming.event({"choices": {"PWNED": 1}}),),
        "no text": (streaming.raw(b"data: \xff\xfe\n\n"),),
        "no events": (streaming.raw(b"PWNED\n\n" * 50),),
    }.items():
        stream = streaming.sent(*steps)
        yield Hostile(f"stream, {name}", streaming.where_asked(stream, fake.fails(400, "PWNED")))


def _statuses() -> Iterator[Hostile]:
    soon = {"retry_after_ms": "5"}
    for status in (400, 401, 403, 404, 408, 409, 413, 418, 422, 429, 500, 502, 503, 529):
        yield Hostile(f"status {status}", fake.fails(status, f"PWNED {status}", **soon))
    for name, wait in {"long": "3600", "words": "PWNED", "past": "-5", "huge": "9" * 400}.items():
        busy = fake.fails(429, retry_after=wait)
        yield Hostile(f"429, wait {name}", busy if name != "past" else fake.fails(429, **soon))
    for name, body, kind in (
        ("a page", b"<html>PWNED</html>", "text/html"),
        ("nothing", b"", "text/plain"),
        ("the key", b'{"error": {"message": "sk-not-a-key PWNED"}}', "application/json"),
        ("a list", b'["PWNED"]', "application/json"),
        ("long", b"PWNED " * 9_000, "text/plain"),
    ):
        yield Hostile(f"500 with {name}", _status(500, body, kind))
        yield Hostile(f"400 with {name}", _status(400, body, kind))


def _cut_streams() -> Iterator[Hostile]:
    good, false = items(TRUE, FALSE), items(FALSE, TRUE)
    for number, marker in enumerate(('"answerable', '"text": "', TRUE, '"]}', FALSE, "]}]"), 1):
        cut = streaming.streams_until(good, marker, streaming.breaks)
        yield Hostile(f"connection broken at {number}", cut, keeps=True)
    for number, marker in enumerate(('"text": "', FALSE, '"]}'), 1):
        error = streaming.event({"error": {"message": "PWNED"}})
        cut = streaming.streams_until(false, marker, error)
        yield Hostile(f"error in the middle, {number}", cut, keeps=True)


def _silence() -> Iterator[Hostile]:
    piece = streaming.slow(0.05, streaming.says_piece(FALSE))
    for name, reply in {
        "hangs": fake.hangs,
        "drips": fake.drips,
        "drips headers": fake.drips_headers,
        "drips events": streaming.sent(streaming.goes_on(piece)),
        "drips comments": streaming.sent(
            streaming.goes_on(streaming.slow(0.05, streaming.raw(b":\n")))
        ),
        "hangs in the middle": _hangs_after(items(FALSE), "3500"),
        "is always busy": streaming.slow(0.3, fake.fails(503)),
    }.items():
        yield Hostile(f"server {name}", reply, slow=True)
    hanging = _hangs_after(items(TRUE, FALSE), "]}")
    yield Hostile("server hangs after a sentence", hanging, keeps=True, slow=True)


def _hangs_after(write: fake.Write, marker: str) -> Reply:
    """Silence in the middle of a stream, or at once where none is asked for."""
    return streaming.where_asked(
        streaming.streams_until(write, marker, streaming.waits), fake.hangs
    )


def _changed(write: fake.Write, change: Callable[[str], str]) -> fake.Write:
    return lambda body: change(write(body))


def _cut(write: fake.Write, share: float) -> fake.Write:
    return _changed(write, lambda text: text[: int(len(text) * share)])


def _marked(text: str) -> fake.Write:
    return cited(lambda source: f"{text}[{source}]")


def _escaped(text: str) -> fake.Write:
    """JSON that spells a sentence in escapes: nothing else can hold half a character."""
    return cited(lambda source: json.dumps({"sentences": [{"text": text, "sources": [source]}]}))


def _prompt(body: Body, place: int) -> str:
    return str(body["messages"][place]["content"])


def _status(status: int, body: bytes, kind: str) -> Reply:
    return lambda exchange: exchange.send(body, status, kind, {"retry-after-ms": "5"})
