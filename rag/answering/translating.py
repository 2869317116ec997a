"""English questions in Chinese by a language model: a search then finds what no dictionary has."""

from collections.abc import Sequence
from threading import Lock

from prompts import load
from rag.answering.generative_reply import without_thought
from rag.answering.response_cache import CachedModel, ModelUse
from rag.errors import LanguageModelError, UnusableAnswerError
from rag.retrieval.query import language_of
from rag.retrieval.question_translation import QuestionTranslation

SHARE = 1 / 6  # of the model's time and tokens: a search must not wait as long as an answer may
KEPT = 512  # translations remembered, the latest
SHORTEST_BOUND = 30  # characters that the translation of the shortest question may have
CUT_OFF = "the language model was cut off; raise NEWSDESK_MODEL_TOKENS"
EXCERPT = 40  # characters of a model's text in a problem

_QUOTATION_MARKS = "\"'“”‘’「」『』"


class Translator:
    """Asks a language model for a question in Chinese, once for each question. Nothing but the
    question is sent. Safe to call from several threads."""

    def __init__(self, model: CachedModel) -> None:
        self._model = model.limited(SHARE)
        self._known: dict[tuple[str, ...], tuple[str, ...]] = {}
        self._lock = Lock()

    def __call__(self, parts: Sequence[str]) -> QuestionTranslation:
        """The parts of an English question in Chinese, in a sixth of the model's time. Where the
        model fails, or what it writes can't be a translation, there is none, and the next call
        tries again."""
        lines = tuple(" ".join(part.split()) for part in parts)
        if known := self._known.get(lines):
            return QuestionTranslation(known)
        use = self._model.use()
        try:
            with use:
                chinese = _translated(lines, use)
        except LanguageModelError as error:
            problem = f"searched without a Chinese translation: {error}"
            return QuestionTranslation((), problem, use.usage)
        self._remember(lines, chinese)
        return QuestionTranslation(chinese, usage=use.usage)

    def _remember(self, lines: tuple[str, ...], chinese: tuple[str, ...]) -> None:
        with self._lock:
            self._known[lines] = chinese
            if len(self._known) > KEPT:
                del self._known[next(iter(self._known))]


def _translated(lines: tuple[str, ...], use: ModelUse) -> tuple[str, ...]:
    """Raises LanguageModelError where the model gives no translation."""
    completion = use.complete(load("translate").render(questions="\n".join(lines)))
    if completion.finish_reason == "length":
        raise UnusableAnswerError(CUT_OFF)
    chinese = _lines(without_thought(completion.text))
    if problem := _problem(lines, chinese):
        raise UnusableAnswerError(problem)
    return chinese


def _lines(text: str) -> tuple[str, ...]:
    """The lines of a model's text. Quotation marks around a line would make it one quoted name."""
    bare = (line.strip().strip(_QUOTATION_MARKS).strip() for line in text.splitlines())
    return tuple(line for line in bare if line)


def _problem(asked: Sequence[str], chinese: Sequence[str]) -> str:
    """Why these lines can't be the translation of what was asked, or nothing."""
    if len(chinese) != len(asked):
        return f"the language model wrote {len(chinese)} lines for {len(asked)}"
    for english, line in zip(asked, chinese, strict=True):
        if language_of(line) != "zh":
            return f"the language model wrote no Chinese ({line[:EXCERPT]})"
        # Chinese takes about a third of the characters of English: what takes more explains.
        if len(line) > max(len(english), SHORTEST_BOUND):
            return f"the language model wrote more than a translation ({line[:EXCERPT]}…)"
    return ""
