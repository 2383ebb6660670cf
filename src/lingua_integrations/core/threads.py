"""Locks that are open after a fork, and properties that are computed once."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from typing import Any, Generic, TypeVar, overload
from weakref import WeakSet

Owner = TypeVar("Owner")
Value = TypeVar("Value")


class Lock:
    """A mutex. A forked process finds it open, whoever held it; a copy or a pickle of it is a new one.

    Python's own lock stays locked in the child where another thread held it at the fork, and cannot be
    pickled.
    """

    def __init__(self) -> None:
        self._mutex = threading.Lock()
        _locks.add(self)

    def __enter__(self) -> None:
        self._mutex.acquire()

    def __exit__(self, *_: object) -> None:
        self._mutex.release()

    def __reduce__(self) -> tuple[type[Lock], tuple[()]]:
        return Lock, ()


_locks: WeakSet[Lock] = WeakSet()


def _open_all() -> None:
    for lock in list(_locks):
        lock._mutex = threading.Lock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_open_all)


class computed_once(Generic[Owner, Value]):  # noqa: N801  (a decorator, as functools.cached_property is)
    """A property whose value stays, as functools.cached_property is from Python 3.12 on: without a lock.

    Up to 3.11 that one has a single lock for all instances of a class, so that threads wait for each other
    and a fork can hang. Two threads may compute a value at the same time, so the function must be pure.
    """

    def __init__(self, function: Callable[[Owner], Value]) -> None:
        self._function = function
        self.__doc__ = function.__doc__

    def __set_name__(self, owner: type[Owner], name: str) -> None:
        self._name = name

    @overload
    def __get__(self, instance: None, owner: type[Owner]) -> computed_once[Owner, Value]: ...
    @overload
    def __get__(self, instance: Owner, owner: type[Owner]) -> Value: ...
    def __get__(self, instance: Owner | None, owner: Any) -> computed_once[Owner, Value] | Value:
        if instance is None:
            return self
        value = self._function(instance)
        vars(instance)[self._name] = value  # from now on found before this descriptor
        return value
