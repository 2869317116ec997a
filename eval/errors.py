"""The errors of measuring, in the tree that every face explains."""

from rag.errors import NewsdeskError


class EvalError(NewsdeskError):
    """A measurement can't be made as asked."""


class DatasetError(EvalError):
    """A question file can't be used; says in which line."""
