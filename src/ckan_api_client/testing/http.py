"""The embedded CKAN on a port of this machine: HTTP/1.1 with connections that stay open, on 127.0.0.1 only."""

import contextlib
import io
import shutil
import socket
import struct
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from tempfile import SpooledTemporaryFile
from typing import BinaryIO, Final, cast
from urllib.parse import unquote

from .messages import Request, Response

Handler = Callable[[Request], Response]
_CHUNK: Final = 1 << 16


class _Body(io.RawIOBase):
    """As much of the connection as belongs to the request."""

    def __init__(self, source: BinaryIO, length: int) -> None:
        self._source = source
        self.left = length

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        wanted = self.left if size < 0 else min(size, self.left)
        data = self._source.read(wanted) if wanted else b""
        self.left -= len(data)
        return data


class _Connection(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = _CHUNK
    disable_nagle_algorithm = True
    timeout = 60

    def _serve(self) -> None:
        body, length = self._body()
        path, _, query = self.path.partition("?")
        headers = {name.lower(): value for name, value in self.headers.items()}
        server = cast("_Server", self.server)
        response = server.handler(Request(self.command, unquote(path), query, headers, body, length))
        if isinstance(body, _Body):
            while body.left and body.read(_CHUNK):
                pass
        else:
            body.close()
        if response.lost:
            self._break_off()
        else:
            self._send(response)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_HEAD = do_OPTIONS = _serve  # noqa: N815 - http.server's names

    def _body(self) -> tuple[BinaryIO, int]:
        if "chunked" in (self.headers.get("Transfer-Encoding") or "").lower():
            return self._unchunked()
        try:
            length = max(0, int(self.headers.get("Content-Length") or 0))
        except ValueError:
            length = 0
        return cast("BinaryIO", _Body(cast("BinaryIO", self.rfile), length)), length

    def _unchunked(self) -> tuple[BinaryIO, int]:
        file = cast("BinaryIO", SpooledTemporaryFile(max_size=1 << 20))  # noqa: SIM115 - lives as long as the request
        while size := int(self.rfile.readline().split(b";")[0] or b"0", 16):
            file.write(self.rfile.read(size))
            self.rfile.readline()
        while self.rfile.readline() not in (b"\r\n", b"\n", b""):
            pass
        length = file.tell()
        file.seek(0)
        return file, length

    def _send(self, response: Response) -> None:
        body = response.body
        self.send_response(response.status)
        for name, value in response.headers.items():
            self.send_header(name, value)
        if isinstance(body, bytes):
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command == "HEAD":
            return
        if not isinstance(body, bytes):
            with body:
                shutil.copyfileobj(body, self.wfile, _CHUNK)
        elif response.cut_after is not None:
            self.wfile.write(body[: response.cut_after])
            self._break_off(flush=True)
        elif response.drip:
            self._drip(body, response.drip)
        else:
            self.wfile.write(body)

    def _drip(self, body: bytes, seconds: float) -> None:
        server = cast("_Server", self.server)
        for position in range(len(body)):
            self.wfile.write(body[position : position + 1])
            self.wfile.flush()
            if server.closing.wait(seconds):
                return

    def _break_off(self, *, flush: bool = False) -> None:
        """End the connection as a process that dies ends it: what was written may arrive, then a reset."""
        self.close_connection = True
        if flush:
            self.wfile.flush()
            time.sleep(0.01)  # lets the client read what came before the reset throws it away
        else:
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: requests are recorded."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128
    block_on_close = False

    def __init__(self, port: int, handler: Handler) -> None:
        super().__init__(("127.0.0.1", port), _Connection)
        self.handler = handler
        self.closing = threading.Event()

    def verify_request(self, request: object, client_address: object) -> bool:
        del request, client_address
        return not self.closing.is_set()

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing of clients that went away."""


class HttpServer:
    """Serves a handler in threads of its own, from now until `close`."""

    def __init__(self, port: int, handler: Handler) -> None:
        self._server = _Server(port, handler)
        self.port: int = self._server.server_address[1]
        self._thread = threading.Thread(target=self._serve, name="embedded-ckan", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def _serve(self) -> None:
        while not self._server.closing.is_set():
            self._server.handle_request()

    def close(self) -> None:
        """End at once: a connection wakes the thread, which waits for one and for nothing else."""
        self._server.closing.set()
        with contextlib.suppress(OSError):
            socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
        self._thread.join()
        self._server.server_close()
