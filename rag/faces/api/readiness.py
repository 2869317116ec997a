"""Whether the service can do its work: archive, models, disk."""

import logging
import shutil
import threading

from rag.desk import Desk
from rag.errors import NewsdeskError

_OK = "ok"

_log = logging.getLogger(__name__)


class Readiness:
    """Warms the models up in the background, and looks after what a server stands on. least_disk:
    bytes that must be free."""

    def __init__(self, desk: Desk, least_disk: int) -> None:
        self._desk = desk
        self._least_disk = least_disk
        self._model = "warming up"
        self._thread = threading.Thread(target=self._warm_up, name="warm-up", daemon=True)

    def begin(self) -> None:
        """Begins to warm up."""
        self._thread.start()

    def close(self) -> None:
        """Waits until the archive is let go of."""
        if self._thread.is_alive():
            self._thread.join()

    def checks(self) -> dict[str, str]:
        """What is looked at, and `ok`, or what is wrong with it; looks at the archive."""
        return {"archive": self._archive(), "model": self._model, "disk": self._disk()}

    def _warm_up(self) -> None:
        try:
            self._desk.warm_up()
            self._model = _OK
        except NewsdeskError as error:
            self._model = str(error)
            _log.warning("the models can't be warmed up: %s", error)

    def _archive(self) -> str:
        try:
            self._desk.articles(limit=1)
        except NewsdeskError as error:
            return str(error)
        return _OK

    def _disk(self) -> str:
        try:
            free = shutil.disk_usage(self._desk.settings.home).free
        except OSError as error:
            return f"can't be looked at ({error.strerror})"
        if free < self._least_disk:
            return f"{free // 1024**2} MB are free; make room"
        return _OK


def all_ok(checks: dict[str, str]) -> bool:
    """Whether nothing is wrong."""
    return all(state == _OK for state in checks.values())
