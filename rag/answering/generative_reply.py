"""What a language model wrote, read as claims with the sources they name."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ValidationError

from rag.errors import UnusableAnswerError
from rag.indexing.chunking import split_sentences

MOST_CLAIMS = 40
LONGEST_CLAIM = 600  # characters; a sentence that runs on is a paragraph

SCHEMA: Mapping[str, object] = {
    "type": "object",
    "properties": {
        "answerable": {"type": "boolean"},
        "sentences": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "text": {"type": "string"},
                    "sources": {"type": "array", "items": {"type": "string"}},
                },
                "required": ["text", "sources"],
                "additionalProperties": False,
            },
        },
    },
    "required": ["answerable", "sentences"],
    "additionalProperties": False,
}

_THOUGHT = re.compile(r"^\s*<think>.*?</think>", re.DOTALL)
_REFUSAL = re.compile(r"\W*NO[_ ]ANSWER\b", re.IGNORECASE)
_MARKUP = re.compile(r"\s*<(?:!doctype|html|head|body|\?xml)\b", re.IGNORECASE)
_ID = r"S\d+(?:\.\d+)?"
_MARK = re.compile(rf"\s*[\[［【(（]\s*({_ID}(?:\s*[,，、;；]\s*{_ID})*)\s*[\]］】)）]")
_MARKS_AFTER_END = re.compile(rf"([。！？!?.]+[”’」』\"]?)((?:{_MARK.pattern})+)")
_ONE_ID = re.compile(_ID)
# Display numbers are given by the code, last; what looks like one is the model's invention.
_NUMBER_MARK = re.compile(r"\s*[\[［【]\d{1,3}[\]］】]")


@dataclass(frozen=True, slots=True)
class Claim:
    """One sentence that a model wrote, and the source ids that it names for it."""

    text: str
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reply:
    """A model's whole answer; `refused` where it says that the sources don't hold one."""

    refused: bool
    claims: tuple[Claim, ...]


class _Sentence(BaseModel):
    text: str
    sources: list[str] = []


class _Answer(BaseModel):
    answerable: bool = True
    sentences: list[_Sentence]


def read_reply(text: str) -> Reply:
    """A model's text as claims: JSON of SCHEMA, bare or among other words, else plain sentences
    with marks such as [S1.2]. Raises UnusableAnswerError where it is neither or says nothing."""
    text = without_thought(text)
    answer = _from_json(text)
    if answer is not None:
        if not answer.answerable:
            return Reply(True, ())
        claims = tuple(
            claim
            for sentence in answer.sentences[:MOST_CLAIMS]
            if (claim := _claim(sentence.text, sentence.sources)).text
        )
    elif _REFUSAL.match(text):
        return Reply(True, ())
    elif _MARKUP.match(text) or text.lstrip().startswith(("{", "[{", "```")):
        raise UnusableAnswerError("the language model's answer is cut off or no answer at all")
    else:
        claims = tuple(_from_text(text))[:MOST_CLAIMS]
    if not claims:
        raise UnusableAnswerError("the language model's answer is empty")
    return Reply(False, claims)


def without_thought(text: str) -> str:
    """A model's text without what it thought aloud before it, between <think> tags."""
    return _THOUGHT.sub("", text)


def _from_json(text: str) -> _Answer | None:
    """The first JSON object in a text that has the shape of an answer."""
    for found in re.finditer(r"\{", text):
        try:
            value, _ = _DECODER.raw_decode(text, found.start())
            return _Answer.model_validate(value)
        except (json.JSONDecodeError, ValidationError, RecursionError):
            continue
    return None


_DECODER: json.JSONDecoder = json.JSONDecoder()


def _from_text(text: str) -> Iterator[Claim]:
    # A mark after the full stop belongs to the sentence before it.
    joined = _MARKS_AFTER_END.sub(lambda found: found[2] + found[1], text)
    for start, end in split_sentences(joined):
        claim = _claim(joined[start:end], [])
        if claim.text:
            yield claim


def _claim(text: str, named: list[Any]) -> Claim:
    ids = [found for name in named for found in _ONE_ID.findall(str(name)) or [str(name)]]
    ids += [found for mark in _MARK.findall(text) for found in _ONE_ID.findall(mark)]
    bare = _NUMBER_MARK.sub("", _MARK.sub("", text))
    return Claim(" ".join(bare.split())[:LONGEST_CLAIM], tuple(dict.fromkeys(ids)))
