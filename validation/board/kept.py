"""What a process keeps for a moment, because many ask for the same."""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

Kept = TypeVar("Kept")


class Shelf(Generic[Kept]):
    """At most `room` things, each for `seconds`. For all threads.

    A key names everything that its thing is made of, so that nothing kept is ever
    wrong, and the time only bounds the memory; or the time says how old a thing may be.
    """

    def __init__(
        self,
        *,
        room: int,
        seconds: float,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._room, self._seconds, self._clock = room, seconds, clock
        self._lock = threading.Lock()
        self._things: OrderedDict[Hashable, tuple[float, Kept]] = OrderedDict()
        self._makers: dict[Hashable, threading.Lock] = {}

    def get(
        self,
        key: Hashable,
        make: Callable[[], Kept],
        *,
        still_serves: Callable[[Kept], bool] = lambda thing: True,
    ) -> Kept:
        """The thing under this key, made if it is not there or serves no more.

        Who asks while it is being made waits for it. If making it fails, nothing is
        kept, and the next one tries.
        """
        found = self._find(key, still_serves)
        if found:
            return found[1]
        with self._lock:
            maker = self._makers.setdefault(key, threading.Lock())
        with maker:
            found = self._find(key, still_serves)
            if found:
                return found[1]
            try:
                thing = make()
            finally:
                with self._lock:
                    self._makers.pop(key, None)
            self._keep(key, thing)
            return thing

    def forget(self) -> None:
        with self._lock:
            self._things.clear()

    def _find(
        self, key: Hashable, still_serves: Callable[[Kept], bool]
    ) -> tuple[float, Kept] | None:
        with self._lock:
            found = self._things.get(key)
            if found is None or self._clock() - found[0] >= self._seconds:
                return None
            self._things.move_to_end(key)
        return found if still_serves(found[1]) else None

    def _keep(self, key: Hashable, thing: Kept) -> None:
        with self._lock:
            self._things[key] = (self._clock(), thing)
            self._things.move_to_end(key)
            while len(self._things) > self._room:
                self._things.popitem(last=False)
