"""Threads that do long tasks and short ones, neither of which has to wait for all of the other."""

import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import copy_context
from itertools import count
from typing import Any, Literal, TypeVar

T = TypeVar("T")
Length = Literal["long", "short"]
_Waiting = tuple[int, "Future[Any]", Callable[[], Any]]


class Turns:
    """So many threads. Where there are two or more, one is never given to a long task, and where
    both kinds wait, each gets half of them; of a kind, what came first is done first."""

    def __init__(self, threads: int, name: str) -> None:
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix=name)
        self._most_long = max(1, threads - 1)
        self._half = threads // 2
        self._waiting: dict[Length, deque[_Waiting]] = {"long": deque(), "short": deque()}
        self._running: dict[Length, int] = {"long": 0, "short": 0}
        self._came = count()
        self._mutex = threading.Lock()

    def running(self) -> int:
        """How many tasks are being done."""
        return sum(self._running.values())

    def submit(self, task: Callable[[], T], length: Length) -> "Future[T]":
        """Has a task done in the caller's context. Raises RuntimeError once closed."""
        future: Future[T] = Future()
        context = copy_context()
        entry: _Waiting = (next(self._came), future, lambda: context.run(task))
        with self._mutex:
            self._pool.submit(self._work)
            self._waiting[length].append(entry)
        return future

    def close(self) -> None:
        """Takes nothing more, and cancels what waits."""
        with self._mutex:
            self._pool.shutdown(wait=False, cancel_futures=True)
            dropped = [entry for kind in self._waiting.values() for entry in kind]
            for kind in self._waiting.values():
                kind.clear()
        for _, future, _ in dropped:
            future.cancel()

    def _work(self) -> None:
        """Does what may be done, until nothing more may."""
        while (taken := self._take()) is not None:
            length, (_, future, task) = taken
            try:
                _do(future, task)
            finally:
                with self._mutex:
                    self._running[length] -= 1

    def _take(self) -> tuple[Length, _Waiting] | None:
        with self._mutex:
            length = self._next()
            if length is None:
                return None
            self._running[length] += 1
            return length, self._waiting[length].popleft()

    def _next(self) -> Length | None:
        """The kind whose turn it is; for holders of the mutex."""
        long, short = self._waiting["long"], self._waiting["short"]
        if not long or self._running["long"] >= self._most_long:
            return "short" if short else None
        if not short:
            return "long"
        if not self._half:
            return "long" if long[0][0] < short[0][0] else "short"
        return "long" if self._running["long"] < self._half else "short"


def _do(future: "Future[Any]", task: Callable[[], Any]) -> None:
    if not future.set_running_or_notify_cancel():
        return
    try:
        result = task()
    except BaseException as error:
        future.set_exception(error)
    else:
        future.set_result(result)
