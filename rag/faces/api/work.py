"""Blocking work of the Desk, off the event loop: so much at a time, so much waiting, no more."""

import asyncio
import threading
from collections.abc import AsyncGenerator, Callable, Generator
from concurrent.futures import Future
from contextlib import aclosing, closing, suppress
from typing import Any, TypeVar

from fastapi import Request

from rag.faces.api.errors import ApiError, stopping
from rag.faces.api.turns import Length, Turns

T = TypeVar("T")

_LEFT = 499
"""The status in the log where a client left before its answer; it gets none."""


class ClientLeftError(ApiError):
    """Whoever asked has closed the connection."""

    def __init__(self) -> None:
        super().__init__(_LEFT, "ClientLeft", "the client left before the answer")


class BrokenOffError(Exception):
    """Nobody waits any more for what a function tells."""


class Work:
    """A pool of threads with a bounded queue before it. What is told piece by piece, answers and
    briefings, counts as long: searches and the like don't queue behind all of it.

    What is past its deadline, or asked by a client that left, still counts until its thread is
    done with it: threads never pile up.
    """

    def __init__(self, concurrent: int, waiting: int, deadline: float) -> None:
        self._turns = Turns(concurrent, "work")
        self._most = concurrent + waiting
        self._deadline = deadline
        self._under_way = 0
        self._mutex = threading.Lock()
        self._changed = threading.Condition(self._mutex)
        self._stopping = threading.Event()

    def all(self) -> int:
        """How much is being done or waits."""
        return self._under_way

    def queued(self) -> int:
        """How much of it waits."""
        return max(0, self._under_way - self._turns.running())

    def close(self, seconds: float) -> bool:
        """Takes nothing more; what waits is dropped, streams under way end at their next event.
        Waits so many seconds for the rest: whether all of it has ended."""
        self._stopping.set()
        self._turns.close()
        with self._changed:
            return self._changed.wait_for(lambda: self._under_way == 0, seconds)

    async def call(self, function: Callable[..., T], *arguments: Any, **named: Any) -> T:
        """What a blocking function gives. Raises ApiError: 429 where too much waits, 503 where the
        server stops, 504 past the deadline."""
        future = self._submit(lambda: function(*arguments, **named), "short")
        try:
            return await asyncio.wait_for(asyncio.wrap_future(future), self._deadline)
        except TimeoutError:
            if future.done() and not future.cancelled():
                raise  # the function's own
            raise self._late() from None
        except asyncio.CancelledError:
            if self._stopping.is_set() and future.cancelled():
                raise stopping() from None
            raise

    def events(self, begin: Callable[[], Generator[T, None, None]]) -> AsyncGenerator[T]:
        """What a blocking generator gives, one after the other.

        Begun and closed in one thread; closed early where whoever takes the events stops taking
        them, or past the deadline. Raises ApiError as `call` does.
        """

        def run(tell: Callable[[T], None]) -> None:
            with closing(begin()) as events:
                for event in events:
                    tell(event)

        return self._stream(run)

    def told(self, function: Callable[[Callable[[T], None]], T]) -> AsyncGenerator[T]:
        """What a blocking function tells through the function that it is given, and last what it
        returns. Broken off, what it tells with raises. Raises ApiError as `call` does."""
        return self._stream(lambda tell: tell(function(tell)))

    async def _stream(self, work: Callable[[Callable[[T], None]], None]) -> AsyncGenerator[T]:
        loop = asyncio.get_running_loop()
        queue: asyncio.Queue[T | None] = asyncio.Queue()
        left = threading.Event()

        def hand_over(event: T | None) -> None:
            # The loop is gone where a stop didn't wait for this.
            with suppress(RuntimeError):
                loop.call_soon_threadsafe(queue.put_nowait, event)

        def tell(event: T) -> None:
            if left.is_set() or self._stopping.is_set():
                raise BrokenOffError
            hand_over(event)

        def run() -> bool:
            """Whether the events came to their end."""
            try:
                work(tell)
            except BrokenOffError:
                return False
            return True

        future = self._submit(run, "long")
        future.add_done_callback(lambda _: hand_over(None))
        until = loop.time() + self._deadline
        try:
            while True:
                try:
                    event = await asyncio.wait_for(queue.get(), until - loop.time())
                except TimeoutError:
                    raise self._late() from None
                if event is None:
                    break
                yield event
            if future.cancelled() or not future.result():
                raise stopping()
        finally:
            left.set()
            future.cancel()

    def _submit(self, task: Callable[[], T], length: Length) -> "Future[T]":
        with self._mutex:
            if self._under_way >= self._most:
                raise ApiError(
                    429,
                    "TooManyRequests",
                    "too much is asked at once; try again in a moment",
                    {"Retry-After": "1"},
                )
            try:
                # The context tells the log whose request this is.
                future = self._turns.submit(task, length)
            except RuntimeError:
                raise stopping() from None
            self._under_way += 1
        future.add_done_callback(self._done)
        return future

    def _done(self, _: "Future[Any]") -> None:
        with self._mutex:
            self._under_way -= 1
            self._changed.notify_all()

    def _late(self) -> ApiError:
        return ApiError(
            504,
            "DeadlineExceeded",
            f"this took more than {self._deadline:g} s; ask for less, or try again later",
        )


async def last_of(events: AsyncGenerator[T], request: Request) -> T:
    """The last of a stream's events. Raises ClientLeftError, and closes the stream, once the client
    has closed the connection; the request's body must have been read."""
    left = asyncio.ensure_future(_left(request))
    taking = asyncio.ensure_future(_last(events))
    try:
        await asyncio.wait((left, taking), return_when=asyncio.FIRST_COMPLETED)
        if taking.done():
            return taking.result()
        raise ClientLeftError
    finally:
        for task in (left, taking):
            task.cancel()
        await asyncio.gather(left, taking, return_exceptions=True)


async def _left(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass


async def _last(events: AsyncGenerator[T]) -> T:
    last: T | None = None
    async with aclosing(events):
        async for event in events:
            last = event
    assert last is not None
    return last
