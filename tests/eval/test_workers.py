"""Several things at a time: all of them come, and an interrupt loses none that was begun."""

import signal
from threading import Event, main_thread
from time import sleep

import pytest

from eval.workers import each


@pytest.mark.parametrize("workers", [1, 3])
def test_each_thing_comes_once(workers: int) -> None:
    assert sorted(each(lambda one: one * 2, range(7), workers)) == list(range(0, 14, 2))


def test_what_was_begun_comes_before_an_interrupt_ends_it() -> None:
    begun, interrupted = Event(), Event()

    def task(one: int) -> int:
        if one == 0:
            begun.set()
        else:
            begun.wait()
            sleep(0.05)  # for the main thread to wait for this one
            raise_signal_in_main_thread()
            interrupted.set()
        interrupted.wait()
        return one

    given: list[int] = []
    with pytest.raises(KeyboardInterrupt):
        given.extend(each(task, range(9), 2))
    assert sorted(given) == [0, 1]


def raise_signal_in_main_thread() -> None:
    signal.pthread_kill(main_thread().ident or 0, signal.SIGINT)
