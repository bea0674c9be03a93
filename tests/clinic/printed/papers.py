"""What poppler, qpdf and zlib say of a PDF, for the tests of papers."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import zlib
from pathlib import Path

import pytest


def _run(program: str, *words: str) -> str:
    if shutil.which(program) is None:
        message = f"{program} is not installed (make system)"
        if os.environ.get("CI") == "true":
            pytest.fail(message)
        pytest.skip(message)
    done = subprocess.run([program, *words], capture_output=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout.decode()


def pages(data: bytes, folder: Path) -> list[str]:
    """The text of each page, spaces and line breaks joined."""
    path = folder / "paper.pdf"
    path.write_bytes(data)
    whole = _run("pdftotext", "-layout", str(path), "-")
    return [" ".join(page.split()) for page in whole.split("\f")[:-1]]


def told(data: bytes, folder: Path) -> dict[str, str]:
    """What ``pdfinfo`` says."""
    path = folder / "paper.pdf"
    path.write_bytes(data)
    lines = _run("pdfinfo", str(path)).splitlines()
    return {key.strip(): value.strip() for key, _, value in (line.partition(":") for line in lines)}


def fonts(data: bytes, folder: Path) -> list[str]:
    """The lines of ``pdffonts``, one a font."""
    path = folder / "paper.pdf"
    path.write_bytes(data)
    return _run("pdffonts", str(path)).splitlines()[2:]


def is_sound(data: bytes, folder: Path) -> bool:
    """Whether qpdf finds nothing wrong."""
    path = folder / "paper.pdf"
    path.write_bytes(data)
    return "No syntax or stream encoding errors found" in _run("qpdf", "--check", str(path))


def opened(data: bytes) -> bytes:
    """The bytes with every stream inflated."""
    streams = re.findall(rb"stream\r?\n(.*?)\r?\nendstream", data, re.DOTALL)
    found = [data]
    for one in streams:
        try:
            found.append(zlib.decompressobj().decompress(one))
        except zlib.error:
            found.append(one)
    return b"\n".join(found)
