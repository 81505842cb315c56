"""From a request to an answer: routes, who asks, the action in its transaction, faults, and CKAN's envelope."""

import contextlib
import json
import re
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final, NamedTuple
from urllib.parse import quote

from .actions import Action, action_named
from .errors import (
    BadRequest,
    CkanFailure,
    HtmlFailure,
    IntegrityFailure,
    InternalFailure,
    NotAuthorizedFailure,
    NotFoundFailure,
    SearchSyntaxError,
    ValidationFailure,
)
from .faults import Fault, Faults
from .index import Shown
from .messages import Request, Response, html_response, json_response, read_arguments
from .packages import show_by_reference
from .resources import resource_show
from .site import Call, Site, UploadedFile
from .store import Row
from .uploading import path_of
from .users import user_of_token

_ACTION: Final = re.compile(r"(?:/[a-z]{2,3}(?:_[A-Za-z@]+)?)?/api/(?:3/)?action/(?P<name>[^/]+)")
_DOWNLOAD: Final = re.compile(r"/[^/]+/(?P<dataset>[^/]+)/resource/(?P<resource>[^/]+)/download(?:/(?P<name>[^/]+))?")


class Recorded(NamedTuple):
    """One request that came in; status 0 if the connection broke instead of an answer."""

    method: str
    path: str
    action: str
    status: int


@dataclass
class Dispatcher:
    site: Site
    faults: Faults = field(default_factory=Faults)
    requests: list[Recorded] = field(default_factory=list)
    writes: list[Recorded] = field(default_factory=list)
    crashes: list[Exception] = field(default_factory=list)
    _recording: threading.Lock = field(default_factory=threading.Lock)

    def handle(self, request: Request) -> Response:
        found = _ACTION.fullmatch(request.path)
        name = found["name"] if found else ""
        action = action_named(Call(self.site, None, {}), name) if name else None
        try:
            response = self._route(request, name, action)
        except HtmlFailure as failure:
            response = html_response(failure.status, failure.title)
        record = Recorded(request.method, request.path, name, 0 if response.lost else response.status)
        with self._recording:
            self.requests.append(record)
            if action is not None and action.writes:
                self.writes.append(record)
        return response

    def _route(self, request: Request, name: str, action: Action | None) -> Response:
        if name:
            if request.method not in ("GET", "POST"):
                raise HtmlFailure(405, "Method Not Allowed")
            if action is None:
                return self._bad_request(f"Action name not known: {name}")
            return self._with_faults(request, name, action)
        download = _DOWNLOAD.fullmatch(request.path)
        if download and request.method == "GET":
            return self._download(request, download["dataset"], download["resource"])
        if request.method == "GET":
            raise HtmlFailure(404, "Not Found")
        raise HtmlFailure(405, "Method Not Allowed")

    def _bad_request(self, message: str) -> Response:
        mark = ":" if self.site.behaviour.colon_in_bad_request else " -"
        return json_response(400, json.dumps(f"Bad request{mark} {message}"))

    def _with_faults(self, request: Request, name: str, action: Action) -> Response:
        faults = {fault.kind: fault for fault in self.faults.of_call(name, writes=action.writes)}
        if "slow" in faults:
            time.sleep(faults["slow"].amount())
        early = _early_answer(request, self.site.url, faults)
        if early is not None:
            return early
        response = self._answer(request, name, action, faults)
        if "lost-after-commit" in faults:
            response.lost = True
        if "html-after-commit" in faults:
            response = html_response(int(faults["html-after-commit"].amount()), "Gateway Time-out")
        if "cut" in faults:
            response.cut_after = int(faults["cut"].amount())
        if "drip" in faults:
            response.drip = faults["drip"].amount()
        return response

    def _answer(self, request: Request, name: str, action: Action, faults: dict[str, Fault]) -> Response:
        envelope: Row = {"help": f"{self.site.url}/api/3/action/help_show?name={quote(name)}"}
        try:
            arguments = read_arguments(
                request,
                reads_query=not action.writes,
                html_without_type=self.site.behaviour.missing_content_type_is_html,
            )
        except BadRequest as failure:
            return self._bad_request(str(failure))
        with contextlib.ExitStack() as files:
            for value in arguments.values():
                if isinstance(value, UploadedFile):
                    files.enter_context(value.file)
            return self._carry_out(request, envelope, action, arguments, faults)

    def _carry_out(
        self, request: Request, envelope: Row, action: Action, arguments: Row, faults: dict[str, Fault]
    ) -> Response:
        store = self.site.store
        with store.lock:
            by_callback = "callback" in arguments
            arguments.pop("callback", None)
            user = None if by_callback or "revoked" in faults else self._caller(request)
            call = Call(self.site, user, arguments, by_callback=by_callback)
            try:
                with self._index_faults(faults), store.transaction() if action.writes else contextlib.nullcontext():
                    _refuse(faults)
                    result = action.carry_out(call)
                if call.late_failure is not None:
                    return _refusal(envelope, call.late_failure, arguments)
                text = _to_text(result)
            except CkanFailure as failure:
                return _refusal(envelope, failure, arguments)
            except (ArithmeticError, LookupError, TypeError, ValueError, AttributeError, RecursionError) as error:
                self.crashes.append(error)
                broken = InternalFailure(f"Internal Server Error (the embedded CKAN broke: {error!r})")
                return _refusal(envelope, broken, arguments)
        tail = ""
        if call.changed_packages and self.site.behaviour.reports_changed_entities:
            tail = f', "changed_entities": {json.dumps({"packages": sorted(call.changed_packages)})}'
        return json_response(
            200, f'{{"help": {json.dumps(envelope["help"])}, "success": true, "result": {text}{tail}}}'
        )

    def _caller(self, request: Request) -> Row | None:
        token = ""
        if self.site.behaviour.accepts_old_key_header:
            token = request.headers.get("x-ckan-api-key", "")
        token = token or request.headers.get("authorization", "")
        return user_of_token(self.site.store, token) if token and " " not in token else None

    @contextlib.contextmanager
    def _index_faults(self, faults: dict[str, Fault]) -> Iterator[None]:
        index = self.site.index
        before = index.down, index.lag_seconds, index.loses
        index.down |= "solr-down" in faults
        index.loses |= "index-loss" in faults
        if "index-lag" in faults:
            index.lag_seconds = faults["index-lag"].amount()
        try:
            yield
        finally:
            index.down, index.lag_seconds, index.loses = before

    def _download(self, request: Request, dataset: str, resource: str) -> Response:
        with self.site.store.lock:
            call = Call(self.site, self._caller(request), {"id": resource})
            try:
                shown = resource_show(call)
                show_by_reference(call, dataset)
            except NotFoundFailure:
                raise HtmlFailure(404, "Resource not found") from None
            except NotAuthorizedFailure:
                raise HtmlFailure(403, "Not authorized to download resource") from None
        if shown["url_type"] != "upload":
            return Response(302, {"Location": shown["url"], "Content-Type": "text/html; charset=utf-8"})
        try:
            path = path_of(self.site, resource)
            file = path.open("rb")
        except (OSError, ValidationFailure):
            raise HtmlFailure(404, "Resource not found") from None
        kind = shown["mimetype"] or "application/octet-stream"
        return Response(200, {"Content-Type": kind, "Content-Length": str(path.stat().st_size)}, file)


def _early_answer(request: Request, url: str, faults: dict[str, Fault]) -> Response | None:
    """Return the answer of those faults that keep a call from CKAN."""
    if "redirect" in faults:
        location = url.replace("http://", "https://", 1) + request.path
        return replace(
            html_response(301, "Moved Permanently"), headers={"Location": location, "Content-Type": "text/html"}
        )
    if "lost-before-commit" in faults:
        return Response(0, {}, lost=True)
    if "html" in faults:
        return html_response(int(faults["html"].amount()), "Bad Gateway")
    if "too-many" in faults:
        response = html_response(429, "Too Many Requests")
        response.headers["Retry-After"] = f"{faults['too-many'].amount():g}"
        return response
    return None


def _refuse(faults: dict[str, Fault]) -> None:
    if "search-error" in faults:
        raise SearchSyntaxError("Search error: 'SOLR returned an error running query: Connection reset'")
    if "internal-error" in faults:
        raise InternalFailure("Internal Server Error")


def _refusal(envelope: Row, failure: CkanFailure, arguments: Row) -> Response:
    if isinstance(failure, IntegrityFailure):
        if any(isinstance(value, UploadedFile) for value in arguments.values()):
            raise HtmlFailure(500, "Internal Server Error")  # CKAN cannot send a file back (live c6)
        failure.data = arguments
    answer = {**envelope, "error": failure.body(), "success": False}
    return json_response(failure.status, json.dumps(answer, ensure_ascii=False))


def _to_text(result: Any) -> str:
    """Return a result as JSON; what the index holds is there as text already."""
    if isinstance(result, Shown):
        return result.text
    if isinstance(result, dict) and isinstance(result.get("results"), list):
        parts = (f"{json.dumps(key)}: {_to_text(value)}" for key, value in result.items())
        return f"{{{', '.join(parts)}}}"
    if _is_page(result):
        return f"[{', '.join(each.text for each in result)}]"
    return json.dumps(result, ensure_ascii=False)


def _is_page(result: Any) -> bool:
    return isinstance(result, Sequence) and bool(result) and all(isinstance(each, Shown) for each in result)
