"""The JSON that a language model is asked for, and what an object of that shape says."""

from collections.abc import Mapping
from dataclasses import dataclass

from pydantic import BaseModel, ValidationError, field_validator

from rag.answering.claims import Claim, claim_of, is_sentence

MOST_SOURCES = 6  # that a server with schemas lets a sentence name

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
                    # Small models name source after source until they are cut off.
                    "sources": {
                        "type": "array",
                        "items": {"type": "string"},
                        "maxItems": MOST_SOURCES,
                    },
                },
                "required": ["text", "sources"],
                "additionalProperties": False,
            },
        },
    },
    "required": ["answerable", "sentences"],
    "additionalProperties": False,
}


class _Sentence(BaseModel):
    text: str
    sources: list[str] = []

    @field_validator("sources", mode="before")
    @classmethod
    def _listed(cls, sources: object) -> object:
        if sources is None:
            return []
        return [sources] if isinstance(sources, str) else sources


@dataclass(slots=True)
class AnswerObject:
    """What is known of a JSON object that may be an answer; claims: None before its sentences."""

    answerable: bool | None = None
    claims: list[Claim] | None = None
    unread: int = 0

    def add(self, value: object) -> None:
        """Takes a value of the list of sentences as a claim, where it is one."""
        assert self.claims is not None
        try:
            sentence = _Sentence.model_validate(
                {"text": value} if isinstance(value, str) else value
            )
        except ValidationError:
            self.unread += 1
            return
        claim = claim_of(sentence.text, sentence.sources)
        if is_sentence(claim.text):
            self.claims.append(claim)
        elif claim.text:
            self.unread += 1
