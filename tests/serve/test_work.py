"""The queue in front of the threads: its end, time that runs out, clients that go."""

from __future__ import annotations

import asyncio
import threading

import pytest
from starlette.exceptions import HTTPException

from lingua_integrations.core.background import leave_off
from lingua_integrations.serve.work import GONE, Workers, while_there


class Gate:
    """Work that goes on until it is let go, and then says whether somebody still wants it."""

    def __init__(self):
        self.open, self.begun, self.abandoned = threading.Event(), threading.Event(), None

    def __call__(self):
        self.begun.set()
        assert self.open.wait(10)
        try:
            leave_off()
        except asyncio.CancelledError:
            self.abandoned = True
            raise
        self.abandoned = False
        return "done"


async def free(workers):
    for _ in range(1000):
        if workers.taken == 0:
            return
        await asyncio.sleep(0.005)
    raise AssertionError("the room is not free again")


async def test_one_more_than_there_is_room_for_is_refused():
    workers, gates = Workers(threads=1, waiting=1), [Gate(), Gate()]
    tasks = [asyncio.create_task(workers.run(gate, 10)) for gate in gates]
    await asyncio.sleep(0.01)
    with pytest.raises(HTTPException) as refused:
        await workers.run(Gate(), 10)
    assert (refused.value.status_code, refused.value.headers) == (503, {"Retry-After": "1"})
    for gate in gates:
        gate.open.set()
    assert await asyncio.gather(*tasks) == ["done", "done"]
    await free(workers)
    assert await workers.run(lambda: 7, 10) == 7


async def test_work_that_ran_out_of_time_takes_up_its_thread_until_it_leaves_off():
    workers, gate = Workers(threads=1, waiting=0), Gate()
    with pytest.raises(HTTPException) as late:
        await workers.run(gate, 0.05)
    assert late.value.status_code == 504
    with pytest.raises(HTTPException) as refused:
        await workers.run(Gate(), 10)
    assert refused.value.status_code == 503
    gate.open.set()
    await free(workers)
    assert gate.abandoned is True


async def test_time_in_the_queue_counts_and_such_work_never_begins():
    workers, first, second = Workers(threads=1, waiting=1), Gate(), Gate()
    task = asyncio.create_task(workers.run(first, 10))
    await asyncio.sleep(0.01)
    with pytest.raises(HTTPException) as late:
        await workers.run(second, 0.05)
    assert late.value.status_code == 504
    first.open.set()
    assert await task == "done"
    await free(workers)
    assert not second.begun.is_set()


async def test_a_failure_passes_and_frees_the_room():
    workers = Workers(threads=1, waiting=0)
    for _ in range(3):
        with pytest.raises(ZeroDivisionError):
            await workers.run(lambda: 1 / 0, 10)
        await free(workers)


class Client:
    """A request whose client goes when it is told to."""

    def __init__(self):
        self.gone = asyncio.Event()

    async def receive(self):
        await self.gone.wait()
        return {"type": "http.disconnect"}


async def test_work_stops_when_its_client_has_gone():
    workers, gate, client = Workers(threads=1, waiting=0), Gate(), Client()
    task = asyncio.create_task(while_there(client, workers.run(gate, 10)))
    await asyncio.to_thread(gate.begun.wait, 10)
    client.gone.set()
    with pytest.raises(HTTPException) as gone:
        await task
    assert gone.value.status_code == GONE
    gate.open.set()
    await free(workers)
    assert gate.abandoned is True


async def test_work_whose_client_waits_is_done():
    workers = Workers(threads=1, waiting=0)
    assert await while_there(Client(), workers.run(lambda: 7, 10)) == 7
