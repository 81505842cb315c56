"""Carries the jobs of a client through, several flows at once, in turns that are drawn from a seed."""

from __future__ import annotations

from collections.abc import Generator, Iterable
from random import Random
from typing import Any, TypeVar

from ckan_api_client.exceptions import TransportError
from ckan_api_client.syncing.jobs import Batch, Job
from ckan_api_client.wire.flow import Transport
from ckan_api_client.wire.messages import Flow, Request
from ckan_api_client.wire.retry import RetryBudget, RetryPolicy, insist

T = TypeVar("T")


def carry(job: Job[T], transport: Transport, *, at_once: int = 1, turns: Random | None = None) -> T:
    """Return what a job returns. A BaseException that is no Exception abandons the flows under way, as a kill does."""
    return exhaust(steps(job, transport, at_once=at_once, turns=turns))


def exhaust(steps: Generator[None, None, T]) -> T:
    """Take all steps of something, and return its result."""
    while True:
        try:
            next(steps)
        except StopIteration as done:
            result: T = done.value
            return result


def steps(
    job: Job[T], transport: Transport, *, at_once: int = 1, turns: Random | None = None
) -> Generator[None, None, T]:
    """Carry a job through, and yield before each step of each of its flows, so that another job can have its turn."""
    policy = RetryPolicy(budget=RetryBudget(), draw=lambda: 0.0)
    drawn = turns or Random(0)  # noqa: S311 - turns are no secret
    try:
        step = next(job)
        while True:
            answer = None
            try:
                if isinstance(step, Batch):
                    flows = (insist(flow, policy) for flow in step.flows)
                    yield from _side_by_side(flows, transport, at_once, drawn)
                else:
                    lane = _Lane(insist(step, policy), transport)
                    while not lane.is_done:
                        yield
                        lane.go_on()
                    answer = lane.get_result()
            except GeneratorExit:
                raise
            except BaseException as error:  # noqa: BLE001 - a job decides what becomes of it
                step = job.throw(error)
            else:
                step = job.send(answer)
    except StopIteration as done:
        result: T = done.value
        return result
    finally:
        job.close()


class _Lane:
    """One flow, one step at a time."""

    def __init__(self, flow: Flow[Any], transport: Transport) -> None:
        self._flow = flow
        self._transport = transport
        self._step: Any = None
        self.is_done = False
        self.error: Exception | None = None
        self._result: Any = None

    def get_result(self) -> Any:
        if self.error is not None:
            raise self.error
        return self._result

    def go_on(self) -> None:
        try:
            if self._step is None:
                self._step = next(self._flow)
                return
            answer = None
            try:
                if isinstance(self._step, Request):
                    answer = self._transport.send(self._step)
            except TransportError as error:
                self._step = self._flow.throw(error)
            else:
                self._step = self._flow.send(answer)
        except StopIteration as done:
            self.is_done, self._result = True, done.value
        except Exception as error:  # noqa: BLE001 - raised once the others are done
            self.is_done, self.error = True, error


def _side_by_side(
    flows: Iterable[Flow[Any]], transport: Transport, at_once: int, turns: Random
) -> Generator[None, None, None]:
    waiting = iter(flows)
    lanes: list[_Lane] = []
    failed: Exception | None = None
    while True:
        while len(lanes) < at_once and failed is None:
            flow = next(waiting, None)
            if flow is None:
                break
            lanes.append(_Lane(flow, transport))
        if not lanes:
            break
        yield
        lane = lanes[turns.randrange(len(lanes))]
        lane.go_on()
        if lane.is_done:
            lanes.remove(lane)
            failed = failed or lane.error
    if failed is not None:
        raise failed
