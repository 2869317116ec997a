"""Does the same with many things, several at a time."""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from typing import TypeVar

Given = TypeVar("Given")
Made = TypeVar("Made")


def each(task: Callable[[Given], Made], things: Iterable[Given], workers: int) -> Iterator[Made]:
    """What a task makes of each thing, as it comes: in order from one worker.

    No more are begun than are being worked on, so that an interrupt costs no more than those. What
    a task raises ends it all.
    """
    if workers == 1:
        yield from map(task, things)
        return
    left = iter(things)
    with ThreadPoolExecutor(workers, thread_name_prefix="eval") as pool:
        running: set[Future[Made]] = set()
        while True:
            for one in left:
                running.add(pool.submit(task, one))
                if len(running) == workers:
                    break
            if not running:
                return
            done, running = wait(running, return_when=FIRST_COMPLETED)
            for future in done:
                yield future.result()
