"""How calls are sent: what `requests_kwargs` mean, sessions of requests, connections that are kept and closed."""

from __future__ import annotations

import importlib
import io
import pickle
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from ckan_api_client import ckanapi
from ckan_api_client.ckanapi import RemoteCKAN
from ckan_api_client.ckanapi.carrying import settings_of
from ckan_api_client.exceptions import Outcome
from ckan_api_client.testing import EmbeddedCkan
from ckan_api_client.transport import Connection, Timeouts
from ckan_api_client.wire.retry import RetryPolicy
from driving import Script

Make = Callable[..., RemoteCKAN]
URL = "https://example.org/data"
TOKEN = "canary-5f2a77"
DAY = 86400.0


# The words of requests.


@pytest.mark.parametrize(
    ("timeout", "meant"),
    [
        (10, Timeouts(10, 10, 900)),
        (0.5, Timeouts(0.5, 0.5, 900)),
        ((2, 30), Timeouts(2, 30, 900)),
        ((2, 3600), Timeouts(2, 3600, 3600)),
        (None, Timeouts(DAY, DAY, DAY)),
        ((3, None), Timeouts(3, DAY, DAY)),
    ],
    ids=str,
)
def test_a_timeout_is_to_connect_and_to_read(timeout: Any, meant: Timeouts) -> None:
    assert settings_of({"timeout": timeout}, URL) == {"timeouts": meant}


def test_without_a_word_the_client_s_own_settings_hold() -> None:
    assert settings_of({}, URL) == {}
    assert settings_of({"verify": True, "proxies": None}, URL) == {}


def test_a_token_goes_over_http_as_with_ckanapi_unless_that_is_refused() -> None:
    ckan = RemoteCKAN("http://catalog.invalid", TOKEN, retry=RetryPolicy(attempts=1))
    with ckan, pytest.raises(ckanapi.CKANAPIError, match="cannot reach"):
        ckan.action.status_show()
    careful = RemoteCKAN("http://catalog.invalid", TOKEN, allow_http=False)
    with pytest.raises(ckanapi.CKANAPIError, match="unencrypted"):
        careful.action.status_show()


def test_a_rate_that_no_session_would_keep_to_is_refused() -> None:
    with pytest.raises(ValueError, match="no max_rate where a session carries the calls"):
        RemoteCKAN(URL, session=object(), max_rate=2)


def test_verify_is_trust_in_nobody_s_certificate_or_in_a_file(tmp_path: Path) -> None:
    bundle = tmp_path / "ca.pem"
    bundle.touch()
    assert settings_of({"verify": False}, URL) == {"verify": False}
    assert settings_of({"verify": str(bundle)}, URL) == {"ca_bundle": str(bundle)}


@pytest.mark.parametrize(
    ("proxies", "address", "proxy"),
    [
        ({"https": "http://p:1", "http": "http://p:2"}, URL, "http://p:1"),
        ({"https": "http://p:1", "http": "http://p:2"}, "http://example.org", "http://p:2"),
        ({"https": "http://p:1", "https://example.org": "http://p:3"}, URL, "http://p:3"),
        ({"all": "http://p:4", "http": "http://p:2"}, URL, "http://p:4"),
        ({"all": "http://p:4", "all://example.org": "http://p:5"}, URL, "http://p:5"),
        ({"http": "http://p:2"}, URL, None),
        ({"https": None}, URL, None),
    ],
    ids=str,
)
def test_the_proxy_is_the_one_that_requests_would_take(
    proxies: Mapping[str, str], address: str, proxy: str | None
) -> None:
    assert settings_of({"proxies": proxies}, address).get("proxy") == proxy


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"auth": ("a", "b"), "cert": "x"}, "auth, cert cannot be honoured, but proxies, timeout, verify can"),
        ({"timeout": -1}, "timeout is seconds"),
        ({"timeout": "10"}, "timeout is seconds"),
        ({"timeout": (1, 2, 3)}, "timeout is seconds"),
        ({"verify": "/nowhere/ca.pem"}, "verify is True, False or the path of PEM certificates"),
        ({"verify": 3}, "verify is True, False or the path of PEM certificates"),
    ],
    ids=str,
)
def test_what_cannot_be_honoured_is_an_error_that_says_what_can(
    remote: Make, options: Mapping[str, Any], told: str
) -> None:
    script = Script()
    with pytest.raises(ckanapi.CKANAPIError, match=told):
        remote(script).call_action("site_read", requests_kwargs=options)
    assert script.requests == []


def test_a_timeout_of_a_call_holds(embedded: EmbeddedCkan) -> None:
    embedded.faults.once("package_create", "slow", value=1)
    with (
        RemoteCKAN(embedded.url) as ckan,
        pytest.raises(ckanapi.NoAnswer, match="no answer in time") as caught,
    ):
        ckan.action.package_create(requests_kwargs={"timeout": (5, 0.1)})
    assert caught.value.outcome is Outcome.UNKNOWN


# Who is asking.


def connections_of(ckan: RemoteCKAN) -> list[Connection]:
    return [client._settings.connection for client in ckan._clients.values()]


def test_the_token_goes_in_both_headers_and_the_user_agent_says_who_we_are(embedded: EmbeddedCkan) -> None:
    with RemoteCKAN(embedded.url, embedded.sysadmin_token) as ckan:
        assert ckan.action.user_show()["name"] == "sysadmin"
        [connection] = connections_of(ckan)
    assert connection.token_header == ("Authorization", "X-CKAN-API-Key")
    assert connection.user_agent.startswith("ckanapi-compatible ckan-api-client/")


# Sessions of requests.


class Answer:
    """As much of one as ckanapi's users put into the mocks of their tests."""

    def __init__(self, status_code: int, text: str, headers: Any = None) -> None:
        self.status_code = status_code
        self.text = text
        if headers is not None:
            self.headers = headers


class Session:
    """Takes down what it is asked to send, as a session of requests would be, or a mock of one."""

    def __init__(self, *answers: Any) -> None:
        self.answers = list(answers)
        self.sent: list[tuple[str, str, dict[str, Any]]] = []
        self.closed = False

    def post(self, url: str, **options: Any) -> Answer:
        return self._send("POST", url, options)

    def get(self, url: str, **options: Any) -> Answer:
        return self._send("GET", url, options)

    def close(self) -> None:
        self.closed = True

    def _send(self, method: str, url: str, options: dict[str, Any]) -> Answer:
        self.sent.append((method, url, options))
        answer: Answer | BaseException = self.answers.pop(0)
        if isinstance(answer, BaseException):
            raise answer
        return answer


GOOD = '{"success": true, "result": ["ï"]}'


def test_a_session_carries_the_calls_with_headers_and_without_redirects() -> None:
    session = Session(Answer(200, GOOD))
    ckan = RemoteCKAN(URL, TOKEN, user_agent="me/1", session=session)
    assert ckan.call_action("group_list", {"id": "ï"}, requests_kwargs={"auth": ("a", "b"), "timeout": 3}) == ["ï"]
    [(method, url, options)] = session.sent
    assert (method, url) == ("POST", f"{URL}/api/action/group_list")
    assert options == {
        "data": '{"id": "ï"}'.encode(),
        "files": None,
        "headers": {
            "User-Agent": "me/1",
            "Authorization": TOKEN,
            "X-CKAN-API-Key": TOKEN,
            "Content-Type": "application/json",
        },
        "allow_redirects": False,
        "auth": ("a", "b"),
        "timeout": 3,
    }


def test_a_text_that_a_session_has_decoded_is_not_decoded_again() -> None:
    session = Session(Answer(200, GOOD, {"Content-Type": "application/json; charset=latin-1"}))
    assert RemoteCKAN(URL, session=session).action.group_list() == ["ï"]


def test_a_session_waits_no_longer_than_the_client_does() -> None:
    session = Session(Answer(200, GOOD))
    RemoteCKAN(URL, session=session).action.group_list()
    assert session.sent[0][2]["timeout"] == (10, 300)


def test_a_session_is_given_files_as_they_are() -> None:
    session, file = Session(Answer(200, GOOD)), ("a.csv", io.BytesIO(b"x"))
    RemoteCKAN(URL, session=session).action.resource_create(package_id="x", upload=file)
    options = session.sent[0][2]
    assert options["data"] == {b"package_id": b"x"}
    assert options["files"] == {"upload": file}
    assert "Content-Type" not in options["headers"]


def test_a_session_gets_with_a_query() -> None:
    session = Session(Answer(200, GOOD))
    RemoteCKAN(URL, session=session, get_only=True).action.group_list(all_fields=True)
    [(method, _, options)] = session.sent
    assert (method, options["params"], options["allow_redirects"]) == ("GET", [("all_fields", "True")], False)


def test_an_error_of_requests_is_no_answer_and_a_read_is_repeated(monkeypatch: pytest.MonkeyPatch) -> None:
    waited: list[float] = []
    monkeypatch.setattr("time.sleep", waited.append)
    session = Session(OSError("reset"), Answer(200, GOOD), OSError())
    ckan = RemoteCKAN(URL, session=session)
    assert ckan.action.group_list() == ["ï"]
    with pytest.raises(ckanapi.NoAnswer, match="package_create: OSError"):
        ckan.action.package_create()
    assert [method for method, _, _ in session.sent] == ["POST"] * 3
    assert len(waited) == 1


def test_a_server_that_wants_a_pause_gets_it_through_a_session_too(monkeypatch: pytest.MonkeyPatch) -> None:
    waited: list[float] = []
    monkeypatch.setattr("time.sleep", waited.append)
    session = Session(Answer(429, "busy", {"Retry-After": "7"}), Answer(200, GOOD))
    assert RemoteCKAN(URL, session=session).action.group_list() == ["ï"]
    assert waited[0] == 7


@pytest.mark.parametrize("name", ["allow_redirects", "headers", "data"])
def test_what_each_call_sets_itself_cannot_be_set(name: str) -> None:
    session = Session()
    with pytest.raises(ckanapi.CKANAPIError, match=f"{name} cannot be set"):
        RemoteCKAN(URL, session=session).call_action("site_read", requests_kwargs={name: "x"})
    assert session.sent == []


def test_a_session_is_its_maker_s_to_close() -> None:
    session = Session(Answer(200, GOOD))
    with RemoteCKAN(URL, session=session) as ckan:
        pass
    assert not session.closed
    assert ckan.session is session


def test_a_real_session_of_requests_reads_writes_and_uploads(embedded: EmbeddedCkan) -> None:
    with (
        importlib.import_module("requests").Session() as session,
        RemoteCKAN(embedded.url, embedded.sysadmin_token, session=session) as ckan,
    ):
        ckan.action.package_create(name="wells", title="Wélls", owner_org="test-org")
        made = ckan.action.resource_create(package_id="wells", name="ï", upload=("a.csv", io.StringIO("é,1\n")))
        assert (made["name"], made["size"], made["url"][-6:]) == ("ï", 5, "/a.csv")
        assert ckan.action.package_show(id="wells")["title"] == "Wélls"
        with pytest.raises(ckanapi.NotFound):
            ckan.action.package_show(id="springs")
        ckan.get_only = True
        assert ckan.action.package_search(q="title:Wélls", rows=1)["count"] == 1
        embedded.faults.once("package_show", "redirect")
        with pytest.raises(ckanapi.CKANAPIError, match=", 301, "):
            ckan.action.package_show(id="wells")


def test_an_answer_that_a_real_session_does_not_get_is_no_answer(
    embedded: EmbeddedCkan, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("time.sleep", lambda _: None)
    embedded.faults.add("package_show", "lost-before-commit")
    with (
        importlib.import_module("requests").Session() as session,
        RemoteCKAN(embedded.url, session=session) as ckan,
        pytest.raises(ckanapi.NoAnswer, match=r"package_show 'wells': .* \(4 attempts\)"),
    ):
        ckan.action.package_show(id="wells")


# Connections.


def kept(ckan: RemoteCKAN) -> int:
    return len(ckan._clients)


def test_calls_alike_share_connections_and_closing_is_not_the_end(embedded: EmbeddedCkan) -> None:
    with RemoteCKAN(embedded.url) as ckan:
        ckan.action.status_show()
        ckan.action.status_show()
        assert kept(ckan) == 1
        ckan.action.status_show(requests_kwargs={"timeout": 10})
        ckan.call_action("status_show", apikey=embedded.sysadmin_token)
        assert kept(ckan) == 3
    assert kept(ckan) == 0
    assert ckan.action.status_show()["site_title"]
    ckan.close()


def test_no_more_connections_are_kept_than_a_few(embedded: EmbeddedCkan) -> None:
    with RemoteCKAN(embedded.url) as ckan:
        for seconds in range(1, 12):
            ckan.action.status_show(requests_kwargs={"timeout": seconds})
        assert kept(ckan) == 8


def test_what_is_changed_afterwards_holds_for_the_next_call(embedded: EmbeddedCkan) -> None:
    with RemoteCKAN("https://example.org") as ckan:
        ckan.address, ckan.apikey, ckan.user_agent = embedded.url, embedded.sysadmin_token, "me/2"
        assert ckan.action.user_show()["name"] == "sysadmin"
        [connection] = connections_of(ckan)
    assert connection.user_agent == "me/2"


def test_a_key_of_a_call_stands_in_for_the_client_s(embedded: EmbeddedCkan) -> None:
    with RemoteCKAN(embedded.url, "another-token") as ckan:
        assert ckan.call_action("user_show", apikey=embedded.sysadmin_token)["name"] == "sysadmin"


def test_a_client_travels_to_another_process_without_its_connections(embedded: EmbeddedCkan) -> None:
    with RemoteCKAN(embedded.url, embedded.sysadmin_token) as ckan:
        ckan.action.status_show()
        with pickle.loads(pickle.dumps(ckan)) as arrived:  # noqa: S301 - our own bytes
            assert arrived.action.user_show()["name"] == "sysadmin"


def test_a_client_does_not_show_its_key() -> None:
    assert repr(RemoteCKAN(URL, TOKEN)) == f"RemoteCKAN('{URL}', apikey=***)"
    assert repr(RemoteCKAN(URL)) == f"RemoteCKAN('{URL}')"


def test_a_client_has_the_attributes_of_ckanapi() -> None:
    ckan = RemoteCKAN(URL, TOKEN, "me/1", True)
    assert (ckan.address, ckan.apikey, ckan.user_agent, ckan.get_only, ckan.session) == (URL, TOKEN, "me/1", True, None)
    assert (ckan.base_url, ckan.parallel_limit) == ("api/action/", 3)


def test_settings_of_the_low_level_client_may_be_given_and_a_call_s_beat_them(embedded: EmbeddedCkan) -> None:
    with RemoteCKAN(embedded.url, timeouts=Timeouts(connect=1)) as ckan:
        ckan.action.status_show()
        ckan.action.status_show(requests_kwargs={"timeout": 2})
        assert [connection.timeouts.connect for connection in connections_of(ckan)] == [1, 2]


@pytest.mark.parametrize("name", ["timeout", "api_key", "base_url"])
def test_a_setting_that_does_not_exist_is_told_at_once(name: str) -> None:
    given: dict[str, Any] = {name: "x"}
    with pytest.raises(TypeError, match=f"unexpected keyword argument '{name}'"):
        RemoteCKAN(URL, **given)
