import numpy as np
import pytest

from rag.retrieval.question_translation import as_one
from rag.types import QuestionEmbedding, QuestionTokens


def embedding(*values: float, tokens: int = 0) -> QuestionEmbedding:
    vector = np.array(values, dtype=np.float32)
    made = QuestionTokens(np.eye(4, dtype=np.float32)[:tokens], np.ones(tokens, dtype=np.float32))
    return QuestionEmbedding(vector / np.linalg.norm(vector), made if tokens else None)


def test_two_embeddings_are_as_near_to_the_one_as_to_the_other() -> None:
    question, translation = embedding(1, 0, tokens=2), embedding(0.6, 0.8, tokens=3)
    both = as_one(question, translation)
    assert both.vector.dtype == np.float32
    assert float(both.vector @ both.vector) == pytest.approx(1)
    assert both.vector @ question.vector == pytest.approx(both.vector @ translation.vector)
    assert both.tokens is not None
    assert (both.tokens.vectors.shape, both.tokens.weights.shape) == ((5, 4), (5,))


def test_without_tokens_the_vectors_alone_are_joined() -> None:
    assert as_one(embedding(1, 0), embedding(0, 1)).tokens is None


def test_opposite_vectors_leave_the_question_as_it_is() -> None:
    question = embedding(1, 0)
    assert as_one(question, embedding(-1, 0)) is question
