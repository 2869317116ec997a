"""Answers written by a language model: each sentence held against its sources before it is kept."""

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from prompts import Prompt, load
from rag.answering.claim_context import belong_together, names_nobody, tells_nothing
from rag.answering.claims import Claim
from rag.answering.generative_reply import Reply, ReplyReader
from rag.answering.llm import Completion
from rag.answering.passages import Passage, Source, sources_of
from rag.answering.reply_schema import SCHEMA
from rag.answering.request import Request, request
from rag.answering.response_cache import Completes
from rag.answering.side_check import misplaced
from rag.answering.verification import NOTHING_BILINGUAL, Bilingual, Verdict, support, verify
from rag.answering.verification_text import is_chinese
from rag.errors import LanguageModelError, PromptTooLongError, UnusableAnswerError
from rag.indexing.sentences import split_sentences
from rag.types import Draft, Language
from rag.usage import Usage

QUOTES_A_SENTENCE = 2  # quotes are short; what needs more than two sentences is tried whole
RANKED = 6  # source sentences tried for a claim, best first
SHARE_SLACK = 0.05  # a tighter quote may hold this much less of a claim than all that is cited
EXCERPT = 40  # characters of a sentence in a note
FEWER_SOURCES = (
    "half of the sources were sent, as the language model's window is smaller than"
    " NEWSDESK_MODEL_WINDOW"
)

WITHHELD = "not sent from where the article gives orders to a language model"


@dataclass(frozen=True, slots=True)
class Dropped:
    """A sentence that was not kept, and why."""

    text: str
    reason: str


@dataclass(frozen=True, slots=True)
class GenerativeAnswer:
    """What a language model's text came to. drafts and verdicts belong together, one a kept
    sentence. notes: for the reader, what was caught or mended. raw_output: the model's own text.
    sent: the passages that it was shown. whole: the text was read to its proper end."""

    refused: bool
    drafts: tuple[Draft, ...]
    verdicts: tuple[Verdict, ...]
    dropped: tuple[Dropped, ...]
    notes: tuple[str, ...]
    usage: Usage
    model: str
    raw_output: str
    prompt_name: str
    prompt_version: str
    prompt_hash: str
    sent: tuple[Passage, ...]
    whole: bool = True


@dataclass(frozen=True, slots=True)
class Kept:
    """A sentence that the passages hold, with the words that hold it."""

    draft: Draft
    verdict: Verdict


def answer(
    question: str,
    language: Language,
    passages: Sequence[Passage],
    model: Completes,
    bilingual: Bilingual = NOTHING_BILINGUAL,
    sides: str = "",
) -> GenerativeAnswer:
    """A language model's answer to a question from these passages, or its refusal. sides: what the
    question tells apart, as the passages name it; empty where it asks one thing. Raises as `write`
    does."""
    prompt, variables = _asking(question, sides)
    return write(prompt, language, passages, model, bilingual, **variables)


def stream_answer(
    question: str,
    language: Language,
    passages: Sequence[Passage],
    model: Completes,
    bilingual: Bilingual = NOTHING_BILINGUAL,
    sides: str = "",
) -> Iterator[Kept | GenerativeAnswer]:
    """`answer`, while it is written: each sentence as soon as it is verified, and last the whole
    answer, the same as `answer` gives for the same reply. Where the model fails after a sentence
    was given, the answer ends there, with a note. Raises as `write` does, but never after a
    sentence."""
    started = time.monotonic()
    prompt, variables = _asking(question, sides)
    asked = request(prompt, language, passages, variables, model.room)
    try:
        parts = model.stream(asked.messages, SCHEMA)
        yield from _Writing(asked, model.name, bilingual).read(parts)
    except PromptTooLongError:
        asked, spent = asked.halved, time.monotonic() - started
        parts = model.stream(asked.messages, SCHEMA, spent=spent)
        yield from _Writing(asked, model.name, bilingual, [FEWER_SOURCES]).read(parts)


def _asking(question: str, sides: str) -> tuple[Prompt, Mapping[str, str]]:
    if not sides:
        return load("answer"), {"question": question}
    return load("sides"), {"question": question, "sides": sides}


def write(
    prompt: Prompt,
    language: Language,
    passages: Sequence[Passage],
    model: Completes,
    bilingual: Bilingual = NOTHING_BILINGUAL,
    **variables: str,
) -> GenerativeAnswer:
    """What a language model writes to a prompt about these passages, verified sentence by sentence:
    unknown ids are turned down, a wrong citation is mended where other words hold the sentence, a
    sentence that nothing holds is dropped. Passages that the model's window doesn't hold are left
    out, from the last; where the server finds the prompt too long all the same, half of them are
    sent. variables: the prompt's own, besides `language`, `mark` and `sources`.

    Raises UnusableAnswerError where the model says nothing, or nothing that the passages hold;
    LanguageModelError where it fails; ValueError for a passage outside its article.
    """
    started = time.monotonic()
    asked, notes = request(prompt, language, passages, variables, model.room), []
    try:
        completion = model.complete(asked.messages, SCHEMA)
    except PromptTooLongError:
        asked, notes = asked.halved, [FEWER_SOURCES]
        completion = model.complete(asked.messages, SCHEMA, spent=time.monotonic() - started)
    *_, written = _Writing(asked, model.name, bilingual, notes).read(
        iter((completion.text, completion))
    )
    assert isinstance(written, GenerativeAnswer)
    return written


class _Writing:
    """One answer while it is written: its text is read as claims, each is verified once, and what
    the passages don't hold is dropped."""

    def __init__(
        self, asked: Request, model: str, bilingual: Bilingual, notes: Sequence[str] = ()
    ) -> None:
        self._asked = asked
        self._model = model
        self._bilingual = bilingual
        self._sources = sources_of(asked.passages)
        self._reader = ReplyReader()
        self._text = ""
        self._seen: set[Claim] = set()
        self._kept: list[Kept] = []
        self._before: Sequence[Source] = ()  # the quotes of the last claim
        self._left_out = False  # whether the last claim was
        self._dropped: list[Dropped] = []
        self._notes = [*notes, *(f"{_excerpt(one)}: {WITHHELD}" for one in asked.ordering)]

    def read(self, parts: Iterator[str | Completion]) -> Iterator[Kept | GenerativeAnswer]:
        """The sentences that are kept of a text, as it comes, and last the whole answer. Raises as
        `write`, but never after a sentence."""
        completion: Completion | None = None
        try:
            for part in parts:
                if isinstance(part, Completion):
                    completion = part
                else:
                    self._text += part
                    yield from self._settled(self._reader.feed(part))
        except LanguageModelError as error:
            if not self._kept:
                raise
            self._notes.append(f"the answer ends early: {error}")
        reply = self._finished(completion)
        yield from self._settled(reply.claims)
        yield self._answer(reply, completion)

    def _settled(self, claims: Sequence[Claim]) -> Iterator[Kept]:
        for claim in self._apart(claims):
            repeated = any(claim.text == kept.draft.text for kept in self._kept)
            if repeated or claim in self._seen:
                continue
            self._seen.add(claim)
            held, problem = _settle(claim, self._sources, self._bilingual)
            if held:
                unclear = names_nobody(claim.text, held, self._before, self._left_out) or misplaced(
                    _draft(claim, held), self._asked.passages
                )
                held, problem = ((), unclear) if unclear else (held, problem)
            self._before, self._left_out = held, not held
            if not held:
                self._dropped.append(Dropped(claim.text, problem))
                self._notes.append(f"left out “{_excerpt(claim.text)}”: {problem}")
                continue
            if problem:
                self._notes.append(f"“{_excerpt(claim.text)}”: {problem}")
            kept = Kept(_draft(claim, held), Verdict(supported=True))
            self._kept.append(kept)
            yield kept

    def _apart(self, claims: Sequence[Claim]) -> Iterator[Claim]:
        """The claims; of a question with sides, sentence by sentence, as a model may tell of two
        sides in one, and each has to stand on its own side's words."""
        if not any(passage.side for passage in self._asked.passages):
            yield from claims
            return
        for claim in claims:
            for start, end in split_sentences(claim.text):
                yield Claim(claim.text[start:end], claim.sources)

    def _finished(self, completion: Completion | None) -> Reply:
        """The reply as far as it goes. completion: None where it broke off."""
        full = completion is not None and completion.finish_reason == "length"
        remedy = "raise NEWSDESK_MODEL_TOKENS" if full else "try again, or take another model"
        try:
            reply = self._reader.finish(cut_short=full or completion is None)
        except UnusableAnswerError as error:
            raise UnusableAnswerError(f"{error}; {remedy}") from None
        if reply.cut_off and completion is not None:
            self._notes.append(f"the language model's answer is cut off; {remedy}")
        if reply.unread:
            self._notes.append(
                f"left out what is no sentence in the language model's answer, {reply.unread} times"
            )
        return reply

    def _answer(self, reply: Reply, completion: Completion | None) -> GenerativeAnswer:
        drafts = tuple(kept.draft for kept in self._kept)
        if not drafts and not reply.refused:
            reasons = "; ".join(dict.fromkeys(drop.reason for drop in self._dropped))
            raise UnusableAnswerError(
                f"the model's answer was not supported by the archive: {reasons}"
            )
        language = self._asked.language
        if drafts and is_chinese("".join(draft.text for draft in drafts)) != (language == "zh"):
            self._notes.append("the language model wrote in another language than it was asked for")
        prompt = self._asked.prompt
        return GenerativeAnswer(
            refused=reply.refused,
            drafts=drafts,
            verdicts=tuple(kept.verdict for kept in self._kept),
            dropped=tuple(self._dropped),
            notes=tuple(self._notes),
            usage=completion.usage if completion else Usage(),
            model=completion.model if completion else self._model,
            raw_output=self._text,
            prompt_name=prompt.name,
            prompt_version=prompt.version,
            prompt_hash=prompt.hash,
            sent=self._asked.passages,
            whole=completion is not None and reply.well_formed,
        )


def _settle(
    claim: Claim, sources: Sequence[Source], bilingual: Bilingual
) -> tuple[Sequence[Source], str]:
    """What holds a claim, and what was mended; or nothing and why nothing does."""
    if nothing := tells_nothing(claim.text, [source.quote for source in sources]):
        return (), nothing
    cited = [source for source in sources if _names(claim, source)]
    unknown = [name for name in claim.sources if not _known(name, sources)]
    found = _tightest(claim.text, cited, bilingual)
    if found:
        return found, _unknown_note(unknown)
    mended = _mended(claim.text, sources, bilingual)
    if mended:
        said = ", ".join(claim.sources) or "no source"
        holds = ", ".join(source.id for source in mended)
        return mended, f"cited {said}; its words stand in {holds}"
    if not cited:
        return (), _unknown_note(unknown) or "it names no source"
    return (), "; ".join(_verdict(claim.text, cited, bilingual).problems)


def _mended(
    text: str, sources: Sequence[Source], bilingual: Bilingual
) -> tuple[Source, ...] | None:
    """As `_tightest`, of all that is shown, but from one article: what a model cites together may
    be its own find, what newsdesk puts together must not make two articles say a third thing. In
    the claim's own language alone: across languages too much is near to something."""
    same = [source for source in sources if is_chinese(source.quote) == is_chinese(text)]
    likely = _likely(text, same, bilingual)
    for article_id in dict.fromkeys(source.article.id for source in likely):
        own = [source for source in likely if source.article.id == article_id]
        if found := _tightest(text, own, bilingual):
            return tuple(sorted(found, key=sources.index))
    return None


def _likely(text: str, sources: Sequence[Source], bilingual: Bilingual) -> dict[Source, float]:
    """The sources that hold most of a claim, best first, with the share that each holds."""
    held = {source: support(text, [source.quote], bilingual) for source in sources}
    return dict(sorted(held.items(), key=lambda item: -item[1])[:RANKED])


def _tightest(
    text: str, sources: Sequence[Source], bilingual: Bilingual
) -> tuple[Source, ...] | None:
    """The fewest source sentences that hold a claim as well as all of them do, in their order; None
    where none of the likely ones does."""
    if not sources:
        return None
    likely = _likely(text, sources, bilingual)
    enough = support(text, [source.quote for source in likely], bilingual) - SHARE_SLACK
    for size in range(1, QUOTES_A_SENTENCE + 1):
        groups = sorted(
            combinations(likely, size), key=lambda group: -sum(likely[source] for source in group)
        )
        for group in groups:
            if support(text, [source.quote for source in group], bilingual) < enough:
                continue
            if size > 1 and not belong_together(text, group, bilingual):
                continue
            if _verdict(text, group, bilingual).supported:
                return tuple(sorted(group, key=sources.index))
    return None


def _verdict(text: str, sources: Sequence[Source], bilingual: Bilingual) -> Verdict:
    articles = {source.article.id: source.article for source in sources}.values()
    return verify(
        text,
        [source.quote for source in sources],
        dates=[day for a in articles for day in (a.issue_date, a.event_date) if day is not None],
        topic="\n".join(part for a in articles for part in (a.kicker, a.headline) if part),
        context="\n".join(
            part for a in articles for part in (a.publication, a.kicker, a.headline, a.text)
        ),
        bilingual=bilingual,
    )


def _draft(claim: Claim, sources: Sequence[Source]) -> Draft:
    return Draft(claim.text, tuple(source.span for source in sources))


def _names(claim: Claim, source: Source) -> bool:
    """Whether a claim names a source sentence, by its own id or by its passage's."""
    return source.id in claim.sources or source.id.partition(".")[0] in claim.sources


def _known(name: str, sources: Sequence[Source]) -> bool:
    return any(name in (source.id, source.id.partition(".")[0]) for source in sources)


def _unknown_note(unknown: Sequence[str]) -> str:
    if not unknown:
        return ""
    return f"it names the unknown source {_excerpt(', '.join(unknown))}"


def _excerpt(text: str) -> str:
    return text if len(text) <= EXCERPT else f"{text[:EXCERPT]}…"
