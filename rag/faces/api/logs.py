"""The service's log: a line of JSON for each event, with the request that it belongs to."""

import json
import logging
import sys
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any, TextIO

request_id: ContextVar[str] = ContextVar("request_id", default="")
"""The id of the request that this is done for; empty where it is done for none."""

_LOGGERS = ("rag", "store", "uvicorn")
_EXTRA = "told"


class JsonLines(logging.Formatter):
    """One line of JSON a record, in ASCII: nothing in it can steer a terminal or begin a line."""

    def format(self, record: logging.LogRecord) -> str:
        """time, level, logger, message, request_id; what came with it; a traceback, if any."""
        told: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        if given := request_id.get():
            told["request_id"] = given
        told |= getattr(record, _EXTRA, {})
        if record.exc_info:
            told["traceback"] = self.formatException(record.exc_info)
        return json.dumps(told, default=str)


def told(**fields: Any) -> dict[str, Any]:
    """What goes with a log line, as its `extra`."""
    return {_EXTRA: fields}


def log_json(stream: TextIO | None = None, level: int = logging.INFO) -> None:
    """Sends all that newsdesk and its server log to a stream, stderr by default."""
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(JsonLines())
    for name in _LOGGERS:
        logger = logging.getLogger(name)
        logger.handlers = [handler]
        logger.setLevel(level)
        logger.propagate = False
    # Each request has a line of its own already.
    logging.getLogger("uvicorn.access").setLevel(logging.CRITICAL)
    logging.getLogger("uvicorn.error").handlers = []
