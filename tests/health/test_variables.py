"""Every variable that the program reads from its environment stands in the operator's table, with its default."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tests.health.files import ROOT

_OWN = re.compile(r"DERMOGRAPH_[A-Z]+(?:_[A-Z]+)*|DATABASE_URL")
_READS = {"get", "setdefault", "pop", "getenv"}


def _is_environment(node: ast.expr) -> bool:
    return isinstance(node, ast.Attribute) and node.attr == "environ"


def _constant(node: ast.expr | None) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def reads(tree: ast.AST) -> Iterator[tuple[str, str | None]]:
    """The names that a file reads from the environment, each with its default where that is a constant.

    Names of our own count wherever they are written, for they may be read by way of a constant.
    """
    for node in ast.walk(tree):
        name, default = None, None
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr in _READS
            and node.args
        ):
            if _is_environment(node.func.value) or node.func.attr == "getenv":
                name = _constant(node.args[0])
                default = _constant(node.args[1]) if len(node.args) > 1 else None
        elif isinstance(node, ast.Subscript) and _is_environment(node.value):
            name = _constant(node.slice)
        elif isinstance(node, ast.Compare) and any(_is_environment(one) for one in node.comparators):
            name = _constant(node.left)
        elif (written := _constant(node) if isinstance(node, ast.expr) else None) and _OWN.fullmatch(written):
            name = written
        if name is not None:
            yield name, default


def read_by_the_program(source: Path) -> dict[str, set[str]]:
    """Every variable, with its constant defaults."""
    found: dict[str, set[str]] = {}
    for file in sorted(source.rglob("*.py")):
        for name, default in reads(ast.parse(file.read_text(encoding="utf-8"))):
            found.setdefault(name, set()).update({default} if default else ())
    return found


def table() -> dict[str, list[str]]:
    """The cells of the operator's table by variable: meaning, default, example."""
    page = (ROOT / "docs/operating.md").read_text(encoding="utf-8")
    section = page.partition("\n## Environment variables\n")[2].partition("\n## ")[0]
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in section.splitlines() if line[:3] == "| `"]
    return {name: row[1:] for row in rows for name in re.findall(r"`([A-Z_]+)`", row[0])}


def test_every_variable_that_is_read_stands_in_the_operators_table_and_no_other() -> None:
    assert set(table()) == set(read_by_the_program(ROOT / "src"))


def test_the_table_says_what_each_variable_means_and_what_it_is_without() -> None:
    told = table()
    assert not [name for name, row in told.items() if len(row) != 3 or not row[0] or not row[1]]
    defaults = {name: some for name, some in read_by_the_program(ROOT / "src").items() if some}
    assert {"DERMOGRAPH_HOSTS", "DERMOGRAPH_EMAIL_PORT"} <= set(defaults)
    lost = [(name, one) for name, some in defaults.items() for one in some if f"`{one}`" not in told[name][1]]
    assert lost == [("DERMOGRAPH_SECOND_FACTOR", "demonstration")], "of demo, as its meaning says"


def test_no_variable_escapes_that_is_read_in_another_way() -> None:
    ways = 'os.environ["A"]; os.environ.get("B", "b"); os.getenv("C"); "D" in os.environ; X = "DERMOGRAPH_E"'
    assert dict(reads(ast.parse(ways))) == {"A": None, "B": "b", "C": None, "D": None, "DERMOGRAPH_E": None}
