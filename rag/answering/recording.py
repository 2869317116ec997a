"""Puts answers on record as they are made, also those that nobody waits for to the end."""

import logging
from collections.abc import Callable, Generator
from contextlib import closing
from datetime import datetime

from rag import __version__
from rag.answering.answerer import Answered, Left
from rag.answering.conversation import Understood
from rag.answering.explanation import Explanation, Made, explain
from rag.answering.records import AnswerRecords
from rag.answering.response_cache import CachedModel
from rag.errors import HomeError, StoreError
from rag.server_secrets import shown
from rag.types import Answer, AnswerEvent, Found, Settled

Events = Generator[Found | Settled | Answered, None, None]

_log = logging.getLogger(__name__)


class Recorder:
    """Records one Desk's answers. fingerprint: of what they depend on, at the moment. now: the
    clock, with its time zone."""

    def __init__(
        self,
        records: AnswerRecords,
        model: CachedModel | None,
        fingerprint: Callable[[], str],
        now: Callable[[], datetime],
    ) -> None:
        self._records = records
        self._model = model
        self._fingerprint = fingerprint
        self._now = now

    def made(self, question: str | Understood) -> Made:
        """Under what the answer to a question is made that is asked now."""
        follow_up = question if isinstance(question, Understood) and question.leans else None
        named = None if self._model is None else with_server(self._model)
        return Made(self._now(), __version__, self._fingerprint(), named, follow_up)

    def explained(
        self, answer: Callable[[Left], Answered], made: Made
    ) -> tuple[Answer, Explanation]:
        """An answer, recorded, with its explanation; of one that is interrupted, as much as there
        is. answer: makes it, and is told whom to hand that to."""
        return self._recorded(answer(self._left(made)), made)

    def streamed(
        self, begin: Callable[[Left], Events], made: Made
    ) -> Generator[AnswerEvent, None, None]:
        """The events of an answer, which is recorded before the last of them is given; of one whose
        events are not taken to the end, as much as there is. begin: starts it, and is told whom to
        hand that to."""
        with closing(begin(self._left(made))) as events:
            for event in events:
                yield self._recorded(event, made)[0] if isinstance(event, Answered) else event

    def counted(self, understood: Understood) -> Understood:
        """A question whose understanding is counted in the usage, whether it is asked or not."""
        try:
            self._records.count(understood.usage, self._now().date(), understood.model)
        except (StoreError, HomeError) as error:
            _log.warning("what understanding a question used can't be counted: %s", error)
        return understood

    def _recorded(self, answered: Answered, made: Made) -> tuple[Answer, Explanation]:
        """The answer with the id of its record, and its explanation."""
        answer, explanation = answered.answer, explain(answered, made)
        used = answer.usage.calls + answer.usage.cached_calls > 0
        asked = self._model.name if self._model is not None and used else None
        return self._records.add(answer, explanation, answer.model or asked), explanation

    def _left(self, made: Made) -> Left:
        """Records what nobody waits for; what fails then is told in the log."""

        def left(answered: Answered) -> None:
            answer, _ = self._recorded(answered, made)
            if answer.notes != answered.answer.notes:
                _log.warning("%s", answer.notes[-1])

        return left


def with_server(model: CachedModel) -> str:
    """A language model's name with its server's address."""
    return f"{model.name} at {shown(model.server)}"
