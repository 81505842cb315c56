"""What is asked again, how often, and after which wait: flows driven by hand, one step after the other."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ckan_api_client.exceptions import Outcome, TransportError
from ckan_api_client.wire.messages import Flow, Request, Response, Sleep, exchange
from ckan_api_client.wire.retry import RetryBudget, RetryPolicy, insist
from driving import answer, page, refusal, success

READ = Request("POST", "/api/3/action/package_show", "package_show 'air'", repeatable=True)
WRITE = Request("POST", "/api/3/action/package_create", "package_create 'air'")

BUSY = page(503, "<title>503</title>")
FINE = success({"id": "a"})
IMMENSE = refusal(500, "Search Index Error", message="Document contains at least one immense term in field=x")
SOLR = "SOLR returned an error running query: {...} Error: SolrError('Solr responded with an error (HTTP %s)')"

REFUSED = TransportError("cannot reach https://example.org", Outcome.NOT_SENT)
CUT = TransportError("the connection broke", Outcome.UNKNOWN)


def policy(**given_: Any) -> RetryPolicy:
    return RetryPolicy(**{"draw": lambda: 1.0, **given_})


def steps(flow: Flow[Any], *answers: Response | Exception) -> tuple[list[str], Any]:
    """What a flow asks for, given some answers: "ask" or "wait <seconds>"; and its result, or the error it raises."""
    left, asked = list(answers), []
    try:
        step = next(flow)
        while True:
            if isinstance(step, Sleep):
                asked.append(f"wait {step.seconds:g}")
                step = flow.send(None)
                continue
            asked.append("ask")
            given_ = left.pop(0)
            step = flow.throw(given_) if isinstance(given_, Exception) else flow.send(given_)
    except StopIteration as done:
        result = done.value
    except TransportError as error:
        result = error
    assert left == []
    return asked, result


@pytest.mark.parametrize("request_", [READ, WRITE], ids=["read", "write"])
def test_an_answer_is_asked_for_once(request_: Request) -> None:
    assert steps(insist(exchange(request_), policy()), FINE) == (["ask"], FINE)


@pytest.mark.parametrize(
    ("request_", "first", "again"),
    [
        pytest.param(READ, REFUSED, True, id="a read that never left"),
        pytest.param(READ, CUT, True, id="a read without an answer"),
        pytest.param(READ, BUSY, True, id="a read of a busy server"),
        pytest.param(READ, page(502, "x"), True, id="a read through a broken proxy"),
        pytest.param(READ, page(429, "x"), True, id="a read that came too soon"),
        pytest.param(READ, page(408, "x"), True, id="a read that the server gave up"),
        pytest.param(READ, page(200, "<title>Sign in</title>"), False, id="a page in place of an answer"),
        pytest.param(READ, refusal(500, "Search Connection Error", message="x"), True, id="a read without Solr"),
        pytest.param(READ, refusal(409, "Search Error", message=SOLR % 503), True, id="a read while Solr starts"),
        pytest.param(READ, refusal(409, "Search Error", message=SOLR % 400), False, id="a query with a mistake"),
        pytest.param(
            READ,
            refusal(409, "Search Error", message="Local parameters are not supported in param 'q'."),
            False,
            id="a query that CKAN forbids",
        ),
        pytest.param(
            READ,
            refusal(409, "Search Error", message="Magic fields are not supported in param 'fq'."),
            False,
            id="a query with a magic field",
        ),
        pytest.param(
            READ,
            refusal(409, "Search Error", message="Local parameters must be defined at the beginning of param 'q'."),
            False,
            id="a query with local parameters",
        ),
        pytest.param(READ, refusal(400, "Search Query Error", message="x"), False, id="a query with bad parameters"),
        pytest.param(READ, IMMENSE, False, id="an immense term"),
        pytest.param(READ, refusal(404, "Not Found Error", message="x"), False, id="what is not there"),
        pytest.param(READ, refusal(403, "Authorization Error", message="x"), False, id="what is forbidden"),
        pytest.param(READ, answer(400, "Bad request"), False, id="a bad request"),
        pytest.param(READ, page(301, "", location="/"), False, id="a redirect"),
        pytest.param(READ, page(404, "x"), False, id="a page that is not there"),
        pytest.param(WRITE, REFUSED, True, id="a write that never left"),
        pytest.param(WRITE, CUT, False, id="a write without an answer"),
        pytest.param(WRITE, BUSY, False, id="a write to a busy server"),
        pytest.param(WRITE, page(429, "x"), True, id="a write that was turned away"),
        pytest.param(WRITE, refusal(500, "Search Index Error", message="x"), False, id="a write without Solr"),
        pytest.param(WRITE, Response(200, {}, b'{"success": true, "res'), False, id="a write whose answer is cut"),
    ],
)
def test_only_what_can_do_no_harm_is_asked_for_again(
    request_: Request, first: Response | Exception, again: bool
) -> None:
    answers = [first, FINE] if again else [first]
    asked, _ = steps(insist(exchange(request_), policy()), *answers)
    assert asked == (["ask", "wait 0.5", "ask"] if again else ["ask"])


def test_after_the_last_attempt_an_answer_is_given_as_it_is() -> None:
    asked, result = steps(insist(exchange(READ), policy(attempts=3)), BUSY, BUSY, BUSY)
    assert asked == ["ask", "wait 0.5", "ask", "wait 1", "ask"]
    assert result is BUSY


def test_one_attempt_means_no_repetition() -> None:
    assert steps(insist(exchange(READ), policy(attempts=1)), BUSY) == (["ask"], BUSY)


@pytest.mark.parametrize("attempts", [0, -1])
def test_a_policy_without_an_attempt_is_refused(attempts: int) -> None:
    with pytest.raises(ValueError, match="at least one attempt"):
        RetryPolicy(attempts=attempts)


def test_waits_double_up_to_the_longest() -> None:
    asked, _ = steps(insist(exchange(READ), policy(attempts=6, first_wait=1, longest_wait=5)), *[BUSY] * 6)
    assert [step for step in asked if step != "ask"] == ["wait 1", "wait 2", "wait 4", "wait 5", "wait 5"]


@given(st.integers(2, 1000), st.floats(0, 1))
def test_a_wait_is_drawn_between_nothing_and_the_longest(attempt: int, draw: float) -> None:
    assert 0 <= RetryPolicy(draw=lambda: draw).wait_before(attempt, None) <= 30


@pytest.mark.parametrize(("draw", "wait"), [(0.0, "wait 0"), (0.5, "wait 0.25"), (1.0, "wait 0.5")])
def test_the_whole_wait_is_drawn_so_that_callers_do_not_come_back_together(draw: float, wait: str) -> None:
    asked, _ = steps(insist(exchange(READ), policy(draw=lambda: draw)), BUSY, FINE)
    assert asked == ["ask", wait, "ask"]


@pytest.mark.parametrize(
    ("value", "wait"), [("7", "wait 7"), ("0", "wait 0"), ("1000000000", "wait 300"), ("soon", "wait 0.5")]
)
def test_a_retry_after_is_kept_to_up_to_a_cap(value: str, wait: str) -> None:
    asked, _ = steps(insist(exchange(READ), policy()), page(503, "", **{"retry-after": value}), FINE)
    assert asked == ["ask", wait, "ask"]


def test_the_budget_of_a_run_is_shared_by_its_flows() -> None:
    shared = policy(budget=RetryBudget(3), attempts=3)
    assert steps(insist(exchange(READ), shared), BUSY, BUSY, BUSY)[0].count("ask") == 3
    assert steps(insist(exchange(READ), shared), CUT, FINE)[0].count("ask") == 2
    assert steps(insist(exchange(READ), shared), BUSY) == (["ask"], BUSY)
    assert steps(insist(exchange(READ), shared), CUT)[0] == ["ask"]


def test_what_is_not_repeated_costs_no_budget() -> None:
    budget = RetryBudget(1)
    shared = policy(budget=budget, attempts=2)
    steps(insist(exchange(WRITE), shared), BUSY)
    steps(insist(exchange(READ), shared), refusal(404, "Not Found Error"))
    steps(insist(exchange(READ), policy(budget=budget, attempts=1)), BUSY)
    assert budget.take() is True
    assert budget.take() is False


def test_a_budget_earns_a_repetition_by_every_tenth_good_answer_up_to_its_total() -> None:
    budget = RetryBudget(2)
    shared = policy(budget=budget, attempts=2)
    for _ in range(100):
        steps(insist(exchange(READ), shared), FINE)
    assert [budget.take() for _ in range(3)] == [True, True, False]
    for _ in range(9):
        steps(insist(exchange(READ), shared), FINE)
    assert budget.take() is False
    steps(insist(exchange(READ), shared), refusal(404, "Not Found Error", message="x"))
    assert [budget.take() for _ in range(2)] == [True, False]


@pytest.mark.parametrize("given_", [BUSY, CUT], ids=["busy", "cut"])
def test_a_budget_earns_nothing_by_failures(given_: Response | Exception) -> None:
    budget = RetryBudget(1)
    assert budget.take()
    for _ in range(100):
        assert steps(insist(exchange(READ), policy(budget=budget)), given_)[0] == ["ask"]


def test_of_a_server_that_always_fails_no_more_is_asked_than_the_budget_allows() -> None:
    shared = policy(budget=RetryBudget(100))
    asked = [steps(insist(exchange(READ), shared), *[BUSY] * 4)[0].count("ask") for _ in range(33)]
    assert asked == [4] * 33
    assert steps(insist(exchange(READ), shared), BUSY, BUSY)[0].count("ask") == 2
    assert steps(insist(exchange(READ), shared), BUSY)[0].count("ask") == 1


def test_each_attempt_is_made_as_one_says() -> None:
    made = []

    def ask(request: Request) -> Flow[Response]:
        made.append(request)
        yield Sleep(9.0)
        return (yield from exchange(request))

    asked, result = steps(insist(exchange(READ), policy(), ask), BUSY, FINE)
    assert asked == ["wait 9", "ask", "wait 0.5", "wait 9", "ask"]
    assert made == [READ, READ]
    assert result == FINE


def test_the_error_of_the_last_attempt_holds_those_of_all() -> None:
    asked, error = steps(insist(exchange(READ), policy(attempts=3)), CUT, REFUSED, CUT)
    assert asked == ["ask", "wait 0.5", "ask", "wait 1", "ask"]
    assert error.errors == ("the connection broke", "cannot reach https://example.org", "the connection broke")
    assert error.outcome is Outcome.UNKNOWN
    assert str(error) == "the connection broke (3 attempts)"


def test_an_answer_that_did_not_help_is_among_the_errors() -> None:
    _, error = steps(insist(exchange(READ), policy(attempts=2)), BUSY, REFUSED)
    assert error.errors == ("package_show 'air': HTTP 503", "cannot reach https://example.org")


def test_a_write_that_may_have_happened_once_is_not_called_unsent_later() -> None:
    # A repeatable write (a delete) whose answer was lost, and then the server went away.
    _, error = steps(insist(exchange(READ), policy(attempts=2)), CUT, REFUSED)
    assert error.outcome is Outcome.UNKNOWN


def test_a_flow_gets_the_error_where_it_asked_and_may_go_on() -> None:
    def careful() -> Flow[str]:
        try:
            yield from exchange(WRITE)
        except TransportError as error:
            return f"caught: {error}"
        return "no error"

    assert steps(insist(careful(), policy()), CUT) == (["ask"], "caught: the connection broke")


def test_a_flow_that_asks_twice_has_as_many_attempts_for_each() -> None:
    def twice() -> Flow[list[int]]:
        first = yield from exchange(READ)
        second = yield from exchange(READ)
        return [first.status, second.status]

    asked, result = steps(insist(twice(), policy(attempts=2)), BUSY, FINE, CUT, FINE)
    assert asked == ["ask", "wait 0.5", "ask", "ask", "wait 0.5", "ask"]
    assert result == [200, 200]


def test_a_flow_s_own_wait_passes_through() -> None:
    def waiting() -> Flow[str]:
        yield Sleep(3.0)
        return "done"

    assert steps(insist(waiting(), policy())) == (["wait 3"], "done")


@pytest.mark.parametrize("at", ["request", "pause"])
def test_a_flow_that_is_given_up_is_closed(at: str) -> None:
    closed = []

    def careful() -> Flow[None]:
        try:
            yield from exchange(READ)
        finally:
            closed.append(True)

    flow = insist(careful(), policy())
    next(flow)
    if at == "pause":
        assert flow.send(BUSY) == Sleep(0.5)
    flow.close()
    assert closed == [True]


def test_an_error_of_another_kind_ends_the_flow_at_once() -> None:
    flow = insist(exchange(READ), policy())
    next(flow)
    with pytest.raises(KeyboardInterrupt):
        flow.throw(KeyboardInterrupt())
