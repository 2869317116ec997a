"""Who chaired a meeting: the paper names the meeting in one sentence, and who chaired it in the
next."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from eval.generation.statements import Statement
from eval.generation.templates import Drafted
from eval.generation.wording import begins_with_subject, gives_away, names, stands_alone
from rag.answering.answer_spans import times
from rag.answering.offices import office_start
from rag.retrieval.people import people_in

_KINDS = "会议|座谈会|推进会|大会"
_HELD = re.compile(f"^(?P<body>.{{2,24}}?)(?P<verb>召开|举行)(?P<what>.{{0,16}}(?:{_KINDS}))$")
_CHAIRED = re.compile(f"^主持(?:{_KINDS})(?:并讲话)?$")


def chaired(told: Sequence[Statement]) -> Iterator[Drafted]:
    """The questions who chaired a meeting, of the day that the article names; each stands on two
    sentences."""
    for first, second in pairwise(told):
        held = _meeting(first.clauses)
        chair = _chair(second.clauses[0])
        if not held or not chair:
            continue
        question = f"谁主持了{held}？"
        if stands_alone(question) and not gives_away(question, chair):
            both = replace(first, end=second.end)
            yield Drafted("who", question, chair, (chair,), both)


def _meeting(clauses: Sequence[str]) -> str:
    """The meeting that a sentence says was held, by its day and who held it; "" for none."""
    for before, clause in pairwise(clauses):
        day = times(before)
        found = _HELD.match(clause)
        whole = len(day) == 1 and (day[0].start, day[0].end) == (0, len(before))
        if found is None or not whole or not {"月", "日"} <= day[0].grains:
            continue
        if begins_with_subject(found["body"]) and any(True for _ in names(found["body"])):
            return f"{before}{found['body']}{found['verb']}的{found['what']}"
    return ""


def _chair(clause: str) -> str:
    """The only person whom a clause names, who chairs a meeting; "" for none."""
    people = people_in(clause, ())
    if len(people) != 1 or people[0] not in clause:
        return ""
    at = clause.index(people[0])
    alone = office_start(clause, at) == 0 and _CHAIRED.match(clause[at + len(people[0]) :])
    return people[0] if alone else ""
