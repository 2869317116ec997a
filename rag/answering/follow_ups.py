"""Follow-up questions made to stand alone: by a language model where there is one, or by rules."""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date

from prompts import load
from rag.answering.conversation import Conversation, Turn, Understood, resolve
from rag.answering.generative_reply import without_thought
from rag.answering.referents import ENGLISH_WORD, FRAME_WORDS, tagged
from rag.answering.response_cache import CachedModel, ModelUse
from rag.answering.verification_names import missing_chinese, missing_codes, missing_english
from rag.answering.verification_numbers import missing
from rag.answering.verification_text import fold, is_chinese
from rag.errors import LanguageModelError, UnusableAnswerError
from rag.retrieval.glossary import STOPWORDS, Glossary
from rag.retrieval.query import language_of

SHARE = 1 / 6  # of the model's time and tokens, as a translation has
TURNS_SHOWN = 4  # to a language model, the latest
QUOTE_SHOWN = 120  # characters of a quote
ROOM = 80  # characters that a question may gain, besides those of the last question
LABEL = "Complete:"  # that the prompt puts before what is to be written, and some models repeat
EXCERPT = 40  # characters of a model's text in a note

STEM = 5  # letters by which two forms of an English word are taken for one

# The segmenter's tags of words that ask, join, count or point, and words that point.
_NO_CONTENT = "rudpcxyefmkqt"
_DEICTIC = frozenset(("还有", "else", "also", "day", "year"))
_NUMBER = re.compile(r"\d+")
_QUOTATION_MARKS = "\"'“”‘’「」『』"


class FollowUps:
    """Understands questions of conversations. model: None where rules alone are to do it."""

    def __init__(
        self, glossary: Glossary, model: CachedModel | None, today: Callable[[], date]
    ) -> None:
        self._glossary = glossary
        self._model = model.limited(SHARE) if model is not None else None
        self._today = today

    def understood(self, question: str, conversation: Conversation) -> Understood:
        """The question as it stands alone. A first question is sent to no model; where the model
        fails, where what it writes can't be the question, and where it adds nothing to a question
        that leaves something out by the rules, those do it, with a note."""
        by_rules = resolve(question, conversation, self._today(), self._glossary)
        if self._model is None or not conversation.turns:
            return by_rules
        use = self._model.use()
        try:
            with use:
                written = self._written(question, conversation, use)
        except LanguageModelError as error:
            note = f"understood without the language model: {error}"
            return _with_call(replace(by_rules, note=note), question, use)
        if by_rules.carried and not _puts_in(written, question):
            note = "understood by rules: the language model put nothing in"
            return _with_call(replace(by_rules, note=note), question, use)
        carried = () if written == question else (conversation.turns[-1].understood,)
        return _with_call(Understood(written, carried), question, use)

    def _written(self, question: str, conversation: Conversation, use: ModelUse) -> str:
        """Raises LanguageModelError where the model gives no question that may be taken."""
        shown = _shown(conversation.turns[-TURNS_SHOWN:])
        one_line = " ".join(question.split())
        completion = use.complete(load("followup").render(conversation=shown, question=one_line))
        if completion.finish_reason == "length":
            raise UnusableAnswerError("the language model was cut off; raise NEWSDESK_MODEL_TOKENS")
        written = without_thought(completion.text).strip().removeprefix(LABEL).strip()
        written = written.strip(_QUOTATION_MARKS).strip()
        before = [turn.understood for turn in conversation.turns]
        if problem := self._problem(question, written, shown, before):
            raise UnusableAnswerError(problem)
        return question if written == one_line else written

    def _problem(self, question: str, written: str, shown: str, before: Sequence[str]) -> str:
        """Why this can't be the question as it stands alone, or nothing. before: the questions that
        were asked."""
        most = len(question) + len(before[-1]) + ROOM
        excerpt = f"({' '.join(written[:EXCERPT].split())})"
        markup = "<" in written and "<" not in question
        if not written or len(written.splitlines()) != 1 or markup:
            return f"the language model wrote no question of one line {excerpt}"
        if len(written) > most:
            return f"the language model wrote more than a question {excerpt}"
        if language_of(written) != language_of(question):
            return f"the language model wrote the question in another language {excerpt}"
        asks = _contents(question)
        if written in before and written != question:
            return f"the language model wrote a question that was asked before {excerpt}"
        if asks and not any(word[:STEM] in written.lower() for word in asks):
            return f"the language model left out what is asked {excerpt}"
        if added := self._lacking(written, f"{shown}\n{question}"):
            return f"the language model brought in {', '.join(added)} {excerpt}"
        if lost := self._lacking(question, written):
            return f"the language model left out {', '.join(lost)} {excerpt}"
        return ""

    def _lacking(self, text: str, source: str) -> list[str]:
        """The names and numbers of a text that a source doesn't have."""
        folded, held = fold(text), fold(source)
        names = (
            missing_chinese(folded, held)
            if is_chinese(folded)
            else missing_english(folded, held, self._glossary)
        )
        return [*missing(folded, held), *names, *missing_codes(folded, held)]


def _contents(text: str) -> frozenset[str]:
    """The words of a question that name or tell something, in small letters."""
    if language_of(text) == "zh":
        return frozenset(
            word
            for word, tag in tagged(text)
            if word not in FRAME_WORDS and tag[:1] not in _NO_CONTENT and word not in _DEICTIC
        )
    found = frozenset(word.lower() for word in ENGLISH_WORD.findall(text))
    return found - STOPWORDS - _DEICTIC


def _puts_in(written: str, question: str) -> bool:
    """Whether a wording has words or numbers that the question lacks."""
    numbers = set(_NUMBER.findall(written)) - set(_NUMBER.findall(question))
    return bool(numbers or _contents(written) - _contents(question))


def _with_call(understood: Understood, asked: str, use: ModelUse) -> Understood:
    """A question with how a language model was asked to understand it."""
    call = use.calls[-1] if use.calls else None
    completion = call.completion if call else None
    return replace(
        understood,
        usage=use.usage,
        model=completion.model if completion else use.name,
        asked=asked,
        messages=call.messages if call else (),
        raw_output=completion.text if completion else None,
    )


def _shown(turns: Sequence[Turn]) -> str:
    """Turns as a language model is shown them: the questions, and what the answers cite."""
    return "\n\n".join("\n".join(_turn_lines(turn)) for turn in turns)


def _turn_lines(turn: Turn) -> list[str]:
    lines = [f"Question: {' '.join(turn.understood.split())}"]
    cited = (
        ("Headlines", turn.headlines),
        ("People", turn.people),
        ("Dates", [day.isoformat() for day in turn.dates]),
        ("Quotes", [" ".join(quote[:QUOTE_SHOWN].split()) for quote in turn.quotes]),
    )
    return [*lines, *(f"{name}: {'; '.join(texts)}" for name, texts in cited if texts)]
