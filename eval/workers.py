"""Does the same with many things, several at a time."""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, as_completed, wait
from typing import TypeVar

Given = TypeVar("Given")
Made = TypeVar("Made")


def each(task: Callable[[Given], Made], things: Iterable[Given], workers: int) -> Iterator[Made]:
    """What a task makes of each thing, as it comes: in order from one worker.

    No more are begun than are being worked on. Those are waited for and given where an interrupt
    comes, before it ends it all, as does what a task raises.
    """
    if workers == 1:
        yield from map(task, things)
        return
    left = iter(things)
    with ThreadPoolExecutor(workers, thread_name_prefix="eval") as pool:
        running: set[Future[Made]] = set()
        try:
            while True:
                for one in left:
                    running.add(pool.submit(task, one))
                    if len(running) == workers:
                        break
                if not running:
                    return
                for future in wait(running, return_when=FIRST_COMPLETED).done:
                    running.discard(future)
                    yield future.result()
        except KeyboardInterrupt:
            for future in as_completed(running):
                yield future.result()
            raise
