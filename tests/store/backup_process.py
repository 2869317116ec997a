"""Run in a process of its own: backs a home up, or restores one, and says so."""

import resource
import sys
from datetime import UTC, datetime
from pathlib import Path

from rag.errors import NewsdeskError
from store.backup import back_up
from store.restore import restore

if __name__ == "__main__":
    task, first, second, *most = sys.argv[1:]
    if most:
        # As large as a file may become: writing more fails, as on a disk that is full.
        resource.setrlimit(resource.RLIMIT_FSIZE, (int(most[0]), int(most[0])))
    print("ready", flush=True)
    try:
        if task == "backup":
            back_up(Path(first), Path(second), made_at=datetime.now(UTC), settings={})
        else:
            restore(Path(first), Path(second), now=datetime.now(UTC))
    except NewsdeskError as error:
        sys.exit(str(error))
    print("done", flush=True)
