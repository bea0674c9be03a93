"""What the README shows is what the program does."""

from __future__ import annotations

import contextlib
import io
import re
from pathlib import Path

import pytest

from dermograph.cli import main

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_example_in_the_terminal_prints_what_the_readme_shows(capsys: pytest.CaptureFixture[str]) -> None:
    shown = re.search(r"^\$ \.venv/bin/dermograph (assess \S+)\n(.*?)^```", README, re.MULTILINE | re.DOTALL)
    assert shown is not None
    assert main([str(ROOT / part) if part.endswith(".yaml") else part for part in shown[1].split()]) == 0
    printed = capsys.readouterr().out.splitlines()
    missing = [line for line in shown[2].splitlines() if line not in printed]
    assert not missing


def test_the_example_in_python_prints_what_the_readme_shows(monkeypatch: pytest.MonkeyPatch) -> None:
    code = re.search(r"```python\n(.*?)```", README, re.DOTALL)
    assert code is not None
    monkeypatch.chdir(ROOT)
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        exec(compile(code[1], "README.md", "exec"), {})  # noqa: S102 (our own README)
    assert f"# {out.getvalue().strip()}" in code[1].splitlines()


@pytest.mark.parametrize("name", sorted(path.name for path in (ROOT / "examples").glob("*.yaml")))
def test_every_example_can_be_assessed_and_planned(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    for command in ("assess", "plan"):
        assert main([command, str(ROOT / "examples" / name), "--json"]) == 0
        assert capsys.readouterr().err == ""
