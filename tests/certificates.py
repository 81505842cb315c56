"""Certificates that sign themselves, made by openssl: where it is missing, tests are skipped, or fail with CI set."""

from __future__ import annotations

import os
import shutil
import ssl
import subprocess
from pathlib import Path

import pytest

_NO_OPENSSL = "there is no openssl to make a certificate with"


def make_certificate(folder: Path, name: str) -> Path:
    """Return the certificate of 127.0.0.1 under a common name, its own authority; its key lies beside it."""
    openssl = shutil.which("openssl")
    if openssl is None:
        if os.environ.get("CI"):
            pytest.fail(_NO_OPENSSL, pytrace=False)
        pytest.skip(_NO_OPENSSL)
    key, certificate = folder / "key.pem", folder / "certificate.pem"
    words = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", f"/CN={name}"]
    files = ["-keyout", str(key), "-out", str(certificate)]
    subprocess.run([openssl, *words, "-addext", "subjectAltName=IP:127.0.0.1", *files], check=True, capture_output=True)
    return certificate


def serving_context(certificate: Path) -> ssl.SSLContext:
    """Return what a server needs to show a certificate of `make_certificate`."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, certificate.with_name("key.pem"))
    return context
