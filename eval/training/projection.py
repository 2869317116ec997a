"""The projection of token states that late interaction learns, and how it learns it."""

import io
import math
import sys
from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray

from eval.training.token_states import Questions

EPOCHS = 3
SEED = 0
_BATCH = 16
_HARD, _NEAR_TOP = 8, 40
_RATE = 1e-3
_WARMING = 0.1
# The weights of a question's tokens and the sharpness have few numbers: they may move faster.
_FASTER = 3
_WEIGHT_SCALE = 10.0
# softplus of this is 1: at the start every token counts the same.
_WEIGHT_BIAS = math.log(math.e - 1)
_SHARPNESS = 40.0
_MOMENT_SAMPLE = 60_000


class Projection(torch.nn.Module):
    """Unit token states, (tokens, 2 * hidden), to what late interaction compares."""

    def __init__(self, start: NDArray[np.float32]) -> None:
        """start: (2 * hidden, size), where both matrices begin."""
        super().__init__()
        self.passage = torch.nn.Parameter(torch.tensor(start))
        self.question = torch.nn.Parameter(torch.tensor(start))
        self.weight = torch.nn.Parameter(torch.zeros(len(start)))
        self.sharpness = torch.nn.Parameter(torch.tensor(math.log(_SHARPNESS)))

    def of_passages(self, states: torch.Tensor) -> torch.Tensor:
        """(tokens, size), rows of length 1."""
        return torch.nn.functional.normalize(states @ self.passage, dim=-1)

    def of_questions(self, states: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """(tokens, size), rows of length 1; and each token's weight."""
        vectors = torch.nn.functional.normalize(states @ self.question, dim=-1)
        logits = states @ self.weight * _WEIGHT_SCALE + _WEIGHT_BIAS
        return vectors, torch.nn.functional.softplus(logits)

    def stored(self, record: str = "") -> bytes:
        """What `read_head` reads, in half precision. record: what is told about its making.

        Both matrices are turned by the same random rotation: relevance stays, and the components of
        a vector become alike, as packing them in the same levels asks.
        """
        size = self.passage.shape[1]
        random = np.random.default_rng(SEED)
        turn, _ = np.linalg.qr(random.standard_normal((size, size)))
        # `TokenHead` puts two halves of length 1 side by side, training scales both to length 1.
        weight = self.weight.detach().numpy() * _WEIGHT_SCALE / math.sqrt(2)
        file = io.BytesIO()
        np.savez(
            file,
            passage=(self.passage.detach().numpy() @ turn).astype(np.float16),
            question=(self.question.detach().numpy() @ turn).astype(np.float16),
            weight=weight.astype(np.float16),
            bias=np.array(_WEIGHT_BIAS, dtype=np.float16),
            record=np.array(record),
        )
        return file.getvalue()


def untrained(sets: Sequence[Questions], size: int) -> Projection:
    """Onto the leading eigenvectors of passages' and questions' second moments, weighed alike."""
    passages = list({id(of.passages): of.passages.states.rows for of in sets}.values())
    rows = np.concatenate(passages)
    random = np.random.default_rng(SEED)
    sample = random.choice(len(rows), min(_MOMENT_SAMPLE, len(rows)), replace=False)
    asked = np.concatenate([of.states.rows for of in sets]).astype(np.float32)
    moments = _moments(rows[sample].astype(np.float32)) + _moments(asked)
    _, vectors = np.linalg.eigh(moments)
    return Projection(np.ascontiguousarray(vectors[:, ::-1][:, :size]))


def trained(
    start: Projection,
    sets: Sequence[Questions],
    first: Sequence[NDArray[np.float32]],
    left_out: Sequence[frozenset[str]],
    epochs: int,
) -> Projection:
    """The projection after training from `start` on all but the documents left out.

    Questions about these aren't asked, and their passages aren't given as wrong ones. first: each
    set's scores, (questions, passages), by the untrained projection. left_out: each set's document
    ids. Deterministic on one machine: the seed is fixed.
    """
    projection = Projection(start.passage.detach().numpy())
    lessons = [_Lessons(*each) for each in zip(sets, first, left_out, strict=True)]
    optimizer = torch.optim.Adam(
        [
            {"params": [projection.passage, projection.question], "speed": 1},
            {"params": [projection.weight, projection.sharpness], "speed": _FASTER},
        ]
    )
    random = np.random.default_rng(SEED)
    step, steps = 0, epochs * sum(len(lesson.batches(random)) for lesson in lessons)
    for epoch in range(epochs):
        batches = [(lesson, asked) for lesson in lessons for asked in lesson.batches(random)]
        losses = []
        for at in random.permutation(len(batches)):
            lesson, asked = batches[at]
            done = step / steps
            rate = _RATE * min(1.0, _WARMING + done / _WARMING) * (1 - done)
            for group in optimizer.param_groups:
                group["lr"] = rate * group["speed"]
            loss = lesson.loss(projection, asked, random)
            optimizer.zero_grad()
            torch.autograd.backward(loss)
            optimizer.step()
            losses.append(loss.item())
            step += 1
        print(f"epoch {epoch + 1} of {epochs}: loss {np.mean(losses):.4f}", file=sys.stderr)
    return projection


class _Lessons:
    """What a set teaches: its questions and, for each, wrong passages that are hard to tell."""

    def __init__(
        self, questions: Questions, first: NDArray[np.float32], left_out: frozenset[str]
    ) -> None:
        self._questions = questions
        self._asked = [at for at, gold in enumerate(questions.gold) if not gold & left_out]
        out = np.array([document in left_out for document in questions.passages.documents])
        self._hard = {}
        for question in self._asked:
            order = np.argsort(-first[question], kind="stable")[:_NEAR_TOP]
            self._hard[question] = order[~(out | questions.golden(question))[order]]

    def batches(self, random: np.random.Generator) -> list[list[int]]:
        """Each question once."""
        order = random.permutation(self._asked).tolist()
        return [order[at : at + _BATCH] for at in range(0, len(order), _BATCH)]

    def loss(
        self, projection: Projection, asked: Sequence[int], random: np.random.Generator
    ) -> torch.Tensor:
        """The mean over the questions of how unlikely any right passage is among the batch's."""
        right = self._questions.right
        chosen = {at for question in asked for at in right[question]}
        for question in asked:
            hard = self._hard[question]
            chosen.update(random.choice(hard, min(_HARD, len(hard)), replace=False).tolist())
        candidates = sorted(chosen)
        places = {at: place for place, at in enumerate(candidates)}
        found = _relevance(projection, self._questions, asked, candidates)
        logits = found * projection.sharpness.exp()
        wrong = torch.full_like(logits, -1e9)
        for row, question in enumerate(asked):
            wrong[row, [places[at] for at in right[question]]] = 0
        return (torch.logsumexp(logits, 1) - torch.logsumexp(logits + wrong, 1)).mean()


def _relevance(
    projection: Projection, questions: Questions, asked: Sequence[int], candidates: Sequence[int]
) -> torch.Tensor:
    """(len(asked), len(candidates)): as `late_interaction.relevance`, with gradients and from
    vectors that were not packed."""
    rows, lengths = questions.passages.states.of(candidates)
    starts = np.cumsum([0, *lengths[:-1]])
    # A passage's last token stands again where a longer one has more: no match gets better.
    places = starts[:, None] + np.minimum(np.arange(max(lengths)), np.array(lengths)[:, None] - 1)
    vectors = projection.of_passages(torch.from_numpy(rows))[torch.from_numpy(places).flatten()]
    states, counts = questions.states.of(asked)
    tokens, weights = projection.of_questions(torch.from_numpy(states))
    best = (tokens @ vectors.T).view(len(tokens), len(candidates), -1).amax(2)
    weighed = torch.split(best * weights[:, None], counts)
    totals = torch.split(weights, counts)
    return torch.stack([m.sum(0) / w.sum() for m, w in zip(weighed, totals, strict=True)])


def _moments(rows: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.asarray(rows.T @ rows / len(rows), dtype=np.float32)
