"""What the OpenAPI document says beside the models: failures, streams, tags."""

from typing import Any

from rag.faces.api.models_given import ErrorModel

Responses = dict[int | str, dict[str, Any]]

_MEANINGS = {
    400: "A value that can't be used.",
    401: "No API key, or one that opens nothing.",
    403: "The key may not do this, or the request isn't meant for this server.",
    404: "Not there.",
    408: "Nothing more of the request came.",
    413: "Too large.",
    415: "Not a form with files.",
    422: "The request isn't formed as it should be; `fields` says where.",
    429: "Too much at once; `Retry-After` says when to try again.",
    500: "A fault of newsdesk; its log says how, by the request id.",
    503: "Not ready, or stopping.",
    504: "It took longer than the deadline.",
}
EVENTS: Responses = {
    200: {
        "description": "As JSON, or as server-sent events.",
        "content": {"text/event-stream": {}},
    }
}
TAGS = [
    {"name": "questions", "description": "Ask and search."},
    {"name": "archive", "description": "What the archive holds."},
    {"name": "ingest", "description": "Pages into the archive."},
    {"name": "news", "description": "Briefings, summaries, timelines."},
    {"name": "records", "description": "Answers of the past, and what they used."},
    {"name": "service", "description": "How the service is."},
]


_EVERYWHERE = frozenset((400, 401, 403, 429, 500, 503, 504))
SENT = (408, 413, 422)
"""The failures of a body."""


def failures(*statuses: int) -> Responses:
    """The failures of a path, in the one shape; those of every path come with them."""
    return {
        status: {"model": ErrorModel, "description": _MEANINGS[status]}
        for status in sorted({*_EVERYWHERE, *statuses})
    }
