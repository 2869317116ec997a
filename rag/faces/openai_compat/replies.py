"""What a chat client gets: the answer as text with links, the same in full beside it, usage."""

import re
from collections.abc import Sequence
from typing import Literal

from pydantic import BaseModel

from rag.answering.conversation import Understood
from rag.answering.token_estimate import A_MESSAGE, likely_tokens
from rag.faces.api.asking import asked_answer_shape
from rag.faces.api.models_given import AskedAnswerModel
from rag.faces.linked import Link, numbered
from rag.faces.openai_compat.requests import MODEL, Chat
from rag.types import Answer, Citation


class UrlCitation(BaseModel):
    """A link in a message: content[start_index:end_index]. title: the headline, else the file."""

    start_index: int
    end_index: int
    url: str
    title: str


class Annotation(BaseModel):
    type: Literal["url_citation"] = "url_citation"
    url_citation: UrlCitation


class ChatUsage(BaseModel):
    """Tokens. estimated: counted by newsdesk, since no language model counted any: of the messages
    that came and of the text that went."""

    prompt_tokens: int
    completion_tokens: int
    total_tokens: int
    estimated: bool


class ReplyMessage(BaseModel):
    """newsdesk: the whole answer, as POST /api/v1/ask gives it."""

    role: Literal["assistant"] = "assistant"
    content: str
    refusal: None = None
    annotations: list[Annotation]
    newsdesk: AskedAnswerModel


class Choice(BaseModel):
    index: Literal[0] = 0
    message: ReplyMessage
    logprobs: None = None
    finish_reason: Literal["stop"] = "stop"


class ChatCompletion(BaseModel):
    id: str
    object: Literal["chat.completion"] = "chat.completion"
    created: int
    model: str = MODEL
    choices: list[Choice]
    usage: ChatUsage


class Model(BaseModel):
    id: str
    object: Literal["model"] = "model"
    created: int
    owned_by: str


class Models(BaseModel):
    object: Literal["list"] = "list"
    data: list[Model]


NEWSDESK = Model(id=MODEL, created=0, owned_by=MODEL)
"""The one model: an archive has one way to answer, with a language model behind it or without."""


def deep_link(base: str, answer_id: str | None = None) -> Link:
    """Links into the web page at `base`, which open an article with the quoted words lit.
    answer_id: of the answer's record, by which a later question finds it."""
    answer = f"&answer={answer_id}" if answer_id else ""

    def link(citation: Citation) -> str:
        span = f"&start={citation.start}&end={citation.end}"
        return f"{base}#article={citation.article_id}{span}{answer}"

    return link


def annotations_of(content: str, base: str, citations: Sequence[Citation]) -> list[Annotation]:
    """Every link of a reply's text, in order. No words of an article are among them: a bracket
    before a round one is escaped there."""
    cited = numbered(citations)
    links = re.finditer(rf"\[(\d+)\]\(({re.escape(base)}#article=[^()\s]*)\)", content)
    return [
        Annotation(
            url_citation=UrlCitation(
                start_index=found.start(),
                end_index=found.end(),
                url=found[2],
                title=cited[int(found[1])].headline or cited[int(found[1])].source,
            )
        )
        for found in links
    ]


def message_of(
    content: str, base: str, chat: Chat, understood: Understood, answer: Answer
) -> ReplyMessage:
    """The message that holds an answer, whole."""
    shape = asked_answer_shape(chat.question, understood, answer)
    return ReplyMessage(
        content=content,
        annotations=annotations_of(content, base, answer.citations),
        newsdesk=AskedAnswerModel.model_validate(shape),
    )


def usage_of(chat: Chat, understood: Understood, answer: Answer, content: str) -> ChatUsage:
    """The tokens that a language model counted for the answer and for understanding the question;
    where none was asked, about what a model would have counted for the same texts."""
    used = (understood.usage, answer.usage)
    asked = sum(one.calls for one in used) > 0
    if asked:
        read = sum(one.prompt_tokens for one in used)
        written = sum(one.completion_tokens for one in used)
    else:
        read = sum(likely_tokens(text) + A_MESSAGE for text in chat.texts)
        written = likely_tokens(content)
    return ChatUsage(
        prompt_tokens=read,
        completion_tokens=written,
        total_tokens=read + written,
        estimated=not asked,
    )
