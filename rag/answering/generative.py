"""Answers written by a language model: each sentence held against its sources before it is kept."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

from prompts import Prompt, load
from rag.answering.generative_reply import SCHEMA, Claim, Reply, read_reply
from rag.answering.llm import Completion
from rag.answering.response_cache import Completes
from rag.answering.verification import NOTHING_BILINGUAL, Bilingual, Verdict, support, verify
from rag.answering.verification_text import is_chinese
from rag.errors import UnusableAnswerError
from rag.indexing.chunking import split_sentences
from rag.types import Article, Draft, Language, Span, Usage

LANGUAGE_NAMES: dict[Language, str] = {"zh": "Chinese (简体中文)", "en": "English"}
QUOTES_A_SENTENCE = 2  # quotes are short; what needs more than two sentences is tried whole
RANKED = 6  # source sentences tried for a claim, best first
SHARE_SLACK = 0.05  # a tighter quote may hold this much less of a claim than all that is cited
EXCERPT = 40  # characters of a sentence in a note


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of an article that a language model is shown. source_key: its opaque id, `S1`; its
    sentences are `S1.1`, `S1.2` and so on."""

    source_key: str
    article: Article
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Dropped:
    """A sentence that was not kept, and why."""

    text: str
    reason: str


@dataclass(frozen=True, slots=True)
class GenerativeAnswer:
    """What a language model's text came to. drafts and verdicts belong together, one a kept
    sentence. notes: for the reader, what was caught or mended. raw_output: the model's own text."""

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


@dataclass(frozen=True, slots=True)
class _Source:
    """One sentence of a passage, by its id."""

    id: str
    article: Article
    span: Span

    @property
    def quote(self) -> str:
        return self.article.text[self.span.start : self.span.end]


def answer(
    question: str,
    language: Language,
    passages: Sequence[Passage],
    model: Completes,
    bilingual: Bilingual = NOTHING_BILINGUAL,
) -> GenerativeAnswer:
    """A language model's answer to a question from these passages, or its refusal. Raises as
    `write` does."""
    return write(load("answer"), language, passages, model, bilingual, question=question)


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
    sentence that nothing holds is dropped. variables: the prompt's own, besides `language` and
    `sources`.

    Raises UnusableAnswerError where the model says nothing, or nothing that the passages hold;
    LanguageModelError where it fails; ValueError for a passage outside its article.
    """
    sources = _sources(passages)
    messages = prompt.render(
        language=LANGUAGE_NAMES[language], sources=_shown(passages, sources), **variables
    )
    completion = model.complete(messages, SCHEMA)
    try:
        reply = read_reply(completion.text)
    except UnusableAnswerError as error:
        raise _cut_off(error, completion) from None
    return _verified(prompt, language, reply, completion, sources, bilingual)


def _verified(
    prompt: Prompt,
    language: Language,
    reply: Reply,
    completion: Completion,
    sources: Sequence[_Source],
    bilingual: Bilingual,
) -> GenerativeAnswer:
    drafts: list[Draft] = []
    dropped: list[Dropped] = []
    notes: list[str] = []
    for claim in dict.fromkeys(reply.claims):
        draft, problem = _settle(claim, sources, bilingual)
        if draft is None:
            dropped.append(Dropped(claim.text, problem))
            notes.append(f"left out “{_excerpt(claim.text)}”: {problem}")
            continue
        drafts.append(draft)
        if problem:
            notes.append(f"“{_excerpt(claim.text)}”: {problem}")
    if not drafts and not reply.refused:
        reasons = "; ".join(dict.fromkeys(drop.reason for drop in dropped))
        raise UnusableAnswerError(f"the model's answer was not supported by the archive: {reasons}")
    if drafts and is_chinese("".join(draft.text for draft in drafts)) != (language == "zh"):
        notes.append("the language model wrote in another language than it was asked for")
    return GenerativeAnswer(
        refused=reply.refused,
        drafts=tuple(drafts),
        verdicts=tuple(Verdict(supported=True) for _ in drafts),
        dropped=tuple(dropped),
        notes=tuple(notes),
        usage=completion.usage,
        model=completion.model,
        raw_output=completion.text,
        prompt_name=prompt.name,
        prompt_version=prompt.version,
        prompt_hash=prompt.hash,
    )


def _settle(
    claim: Claim, sources: Sequence[_Source], bilingual: Bilingual
) -> tuple[Draft | None, str]:
    """The claim with the words that hold it, and what was mended; or None and why nothing does."""
    cited = [source for source in sources if _names(claim, source)]
    unknown = [name for name in claim.sources if not _known(name, sources)]
    found = _tightest(claim.text, cited, bilingual)
    if found:
        return _draft(claim, found), _unknown_note(unknown)
    mended = _tightest(claim.text, sources, bilingual)
    if mended:
        said = ", ".join(claim.sources) or "no source"
        holds = ", ".join(source.id for source in mended)
        return _draft(claim, mended), f"cited {said}; its words stand in {holds}"
    if not cited:
        return None, _unknown_note(unknown) or "it names no source"
    return None, "; ".join(_verdict(claim.text, cited, bilingual).problems)


def _tightest(
    text: str, sources: Sequence[_Source], bilingual: Bilingual
) -> tuple[_Source, ...] | None:
    """The fewest source sentences that hold a claim as well as all of them do, in their order; None
    where none of the likely ones does."""
    if not sources:
        return None
    held = {source: support(text, [source.quote], bilingual) for source in sources}
    likely = sorted(sources, key=lambda source: -held[source])[:RANKED]
    enough = support(text, [source.quote for source in likely], bilingual) - SHARE_SLACK
    for size in range(1, QUOTES_A_SENTENCE + 1):
        groups = sorted(
            combinations(likely, size), key=lambda group: -sum(held[source] for source in group)
        )
        for group in groups:
            if support(text, [source.quote for source in group], bilingual) < enough:
                continue
            if _verdict(text, group, bilingual).supported:
                return tuple(sorted(group, key=sources.index))
    return None


def _verdict(text: str, sources: Sequence[_Source], bilingual: Bilingual) -> Verdict:
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


def _draft(claim: Claim, sources: Sequence[_Source]) -> Draft:
    return Draft(claim.text, tuple(source.span for source in sources))


def _names(claim: Claim, source: _Source) -> bool:
    """Whether a claim names a source sentence, by its own id or by its passage's."""
    return source.id in claim.sources or source.id.partition(".")[0] in claim.sources


def _known(name: str, sources: Sequence[_Source]) -> bool:
    return any(name in (source.id, source.id.partition(".")[0]) for source in sources)


def _unknown_note(unknown: Sequence[str]) -> str:
    if not unknown:
        return ""
    return f"it names the unknown source {_excerpt(', '.join(unknown))}"


def _sources(passages: Sequence[Passage]) -> tuple[_Source, ...]:
    found = []
    for passage in passages:
        article = passage.article
        if not 0 <= passage.start < passage.end <= len(article.text):
            raise ValueError(
                f"passage {passage.source_key} {passage.start}:{passage.end} is outside its article"
            )
        spans = split_sentences(article.text[passage.start : passage.end])
        for number, (start, end) in enumerate(spans, 1):
            span = Span(article.id, passage.start + start, passage.start + end)
            found.append(_Source(f"{passage.source_key}.{number}", article, span))
    return tuple(found)


def _shown(passages: Sequence[Passage], sources: Sequence[_Source]) -> str:
    """The passages as a prompt prints them: a line about the article, then a line a sentence. Line
    breaks inside a sentence become spaces, so that no article can print an id at a line's start."""
    lines = []
    for passage in passages:
        article = passage.article
        dates = [
            f"{label} {day.isoformat()}"
            for label, day in (("issue", article.issue_date), ("event", article.event_date))
            if day is not None
        ]
        about = [article.headline, article.kicker, article.publication, *dates]
        lines.append(f"{passage.source_key} {_line(' | '.join(part for part in about if part))}")
        lines.extend(
            f"{source.id} {_line(source.quote)}"
            for source in sources
            if source.id.partition(".")[0] == passage.source_key
        )
        lines.append("")
    return "\n".join(lines).strip()


def _line(text: str) -> str:
    return " ".join(text.split())


def _excerpt(text: str) -> str:
    return text if len(text) <= EXCERPT else f"{text[:EXCERPT]}…"


def _cut_off(error: UnusableAnswerError, completion: Completion) -> UnusableAnswerError:
    if completion.finish_reason == "length":
        return UnusableAnswerError(f"{error}; raise NEWSDESK_MODEL_TOKENS")
    return UnusableAnswerError(f"{error}; try again, or take another model")
