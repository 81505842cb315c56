"""Carries the jobs of a client through, several flows at once, in turns that are drawn from a seed."""

from __future__ import annotations

from collections.abc import Iterable
from random import Random
from typing import Any, TypeVar

from ckan_api_client.exceptions import TransportError
from ckan_api_client.syncing.jobs import Batch, Job
from ckan_api_client.wire.flow import Transport, run
from ckan_api_client.wire.messages import Flow, Request
from ckan_api_client.wire.retry import RetryBudget, RetryPolicy, insist

T = TypeVar("T")


def carry(job: Job[T], transport: Transport, *, at_once: int = 1, turns: Random | None = None) -> T:
    """Return what a job returns. A BaseException that is no Exception abandons the flows under way, as a kill does."""
    policy = RetryPolicy(budget=RetryBudget(), draw=lambda: 0.0)
    try:
        step = next(job)
        while True:
            answer = None
            try:
                if isinstance(step, Batch):
                    _side_by_side((insist(flow, policy) for flow in step.flows), transport, at_once, turns or Random(0))  # noqa: S311 - turns are no secret
                else:
                    answer = run(insist(step, policy), transport)
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
        except StopIteration:
            self.is_done = True
        except Exception as error:  # noqa: BLE001 - raised once the others are done
            self.is_done, self.error = True, error


def _side_by_side(flows: Iterable[Flow[Any]], transport: Transport, at_once: int, turns: Random) -> None:
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
        lane = lanes[turns.randrange(len(lanes))]
        lane.go_on()
        if lane.is_done:
            lanes.remove(lane)
            failed = failed or lane.error
    if failed is not None:
        raise failed
