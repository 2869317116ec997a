"""How many questions that stand alone are changed when they are asked after another one.

    python -m eval.follow_ups [--before N] QUESTIONS.jsonl FIELD[,FIELD] [QUESTIONS.jsonl FIELD ...]

Every question is asked at the end of so many conversations, by the rules that do without a language
model. A conversation is of one other question, or of N, drawn at random, from the other files where
there are several. Each of those turns cites a person, a day
and the nouns that news is full of, so that a pronoun of the question finds whatever it looks for.
"""

import argparse
import json
import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from rag.answering.conversation import Conversation, Turn, resolve
from rag.retrieval.glossary import Glossary

TURNS = 10
SEED = 1
TODAY = date(2024, 6, 1)
HEADLINE = "县委召开会议研究项目建设"
QUOTE = (
    "桑禾川书记主持会议，该项目由公司和政府组织实施，有关法案、教会、学校、战争、城市、国家、"
    "大学、协议、团体、部门已列入计划。"
)


@dataclass(frozen=True, slots=True)
class Changed:
    """A question that was changed: after which ones, and into what."""

    last: str
    question: str
    understood: str


def changed(
    files: Sequence[Sequence[str]], glossary: Glossary, turns: int = TURNS, before: int = 1
) -> tuple[int, list[Changed]]:
    """How many times a question was asked, and each time that it was changed. turns: in how many
    conversations each is asked. before: how many questions each of them has."""
    drawn = random.Random(SEED)
    found: list[Changed] = []
    asked = 0
    for place, questions in enumerate(files):
        others = [one for at, file in enumerate(files) if at != place for one in file] or questions
        for question in questions:
            ones = drawn.choices(others, k=turns * before)
            for at in range(0, len(ones), before):
                asked += 1
                talk = ones[at : at + before]
                understood = resolve(question, after(*talk), TODAY, glossary).question
                if understood != question:
                    found.append(Changed(" | ".join(talk), question, understood))
    return asked, found


def after(*questions: str) -> Conversation:
    """A conversation of these questions, each with an answer that leaves much to refer to."""
    days = (date(2024, 5, 16),)
    return Conversation(
        tuple(Turn(one, one, (HEADLINE,), ("桑禾川",), days, (QUOTE,)) for one in questions)
    )


def read(path: Path, fields: str) -> list[str]:
    """The questions of a file, each once, in its order."""
    rows = [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]
    return list(dict.fromkeys(row[field] for row in rows for field in fields.split(",")))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sets", nargs="+", metavar="FILE FIELD")
    parser.add_argument("--before", type=int, default=1, metavar="N")
    given = parser.parse_args()
    words, before = given.sets, given.before
    if before < 1:
        parser.error("--before: a conversation has at least one question")
    if len(words) % 2:
        parser.error("each file needs the field that holds its questions")
    files = [read(Path(path), fields) for path, fields in zip(words[::2], words[1::2], strict=True)]
    with TemporaryDirectory() as folder:
        glossary = Glossary(Path(folder) / "glossary.sqlite")
        asked, found = changed(files, glossary, before=before)
        glossary.close()
    print(f"{sum(map(len, files))} questions, asked {asked} times, changed {len(found)} times")
    for one in found:
        print(f"{one.last} | {one.question} -> {one.understood}")


if __name__ == "__main__":
    main()
