"""Defects of bearing with strangers: where files come from, and what is in records and answers."""

from __future__ import annotations

from planted.defect import Defect

DOWNLOADING = ("tests/test_downloading.py",)

STRANGERS = (
    Defect(
        name="inner-addresses-asked",
        takes_out="files come from the public internet",
        file="downloading.py",
        old="    if inner is not None:",
        new="    if False:",
        tests=DOWNLOADING,
    ),
    Defect(
        name="first-address-looked-at",
        takes_out="each address of a name is looked at",
        file="downloading.py",
        old="(address for address in addresses if not is_public(address))",
        new="(address for address in addresses[:1] if not is_public(address))",
        tests=DOWNLOADING,
    ),
    Defect(
        name="name-asked-again",
        takes_out="the address that was looked at is the one that is asked",
        file="downloading.py",
        old="    return [place] if proxy else [place.copy_with(host=address) for address in addresses]",
        new="    return [place]",
        tests=DOWNLOADING,
    ),
    Defect(
        name="mapped-address-public",
        takes_out="an address that stands for one of IPv4 is what that is",
        file="wire/public.py",
        old="            one = inner",
        new="            pass",
        tests=DOWNLOADING,
    ),
    Defect(
        name="token-with-any-path",
        takes_out="the token goes along with files alone",
        file="downloading.py",
        old="        if is_own and _is_file(place):",
        new="        if is_own:",
        tests=DOWNLOADING,
    ),
    Defect(
        name="token-with-any-file",
        takes_out="and with those of the catalog's own site",
        file="downloading.py",
        old="        if is_own and _is_file(place):",
        new="        if _is_file(place) or not is_own:",
        tests=DOWNLOADING,
    ),
    Defect(
        name="file-without-end",
        takes_out="a file has a slowest pace",
        file="downloading.py",
        old="            if time.monotonic() - began > total + came / _SLOWEST:",
        new="            if came < 0:",
        tests=("tests/test_downloading.py::test_a_download_that_drips_is_given_up",),
    ),
    Defect(
        name="file-of-any-size",
        takes_out="and a largest size",
        file="downloading.py",
        old='    unpacking = Unpacking(answer.headers.get("content-encoding", ""), most)',
        new='    unpacking = Unpacking(answer.headers.get("content-encoding", ""))',
        tests=DOWNLOADING,
    ),
    Defect(
        name="script-links-written",
        takes_out="no link of a record runs a script in the catalog",
        file="syncing/fitting/resources.py",
        old="            elif key in LINKS and runs_script(text):",
        new="            elif False:",
        tests=("tests/syncing/test_fitting.py",),
    ),
    Defect(
        name="script-links-hidden-by-blanks",
        takes_out="a scheme is read as a browser reads it",
        file="quirks/links.py",
        old='_WITHIN.sub("", _BEFORE.sub("", url))',
        new="url",
        tests=("tests/syncing/test_fitting.py",),
    ),
    Defect(
        name="unsendable-ends-the-run",
        takes_out="a value that cannot be sent is one record's failure",
        file="exceptions.py",
        old="class Unsendable(CkanError, ValueError):",
        new="class Unsendable(ValueError):",
        tests=("tests/syncing/test_odd_values.py",),
    ),
)
