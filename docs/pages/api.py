"""The Python interface, from the source: what the rooms export, with signatures and docstrings. Nothing is imported."""

from __future__ import annotations

import ast
import inspect
import re
import textwrap
from collections.abc import Iterable, Iterator
from pathlib import Path

from docs.pages.markup import code, element, escaped, link, pairs

TITLE = "Python interface"
_INTRODUCTION = (
    "What other programs call, and the values that pass between. Everything is typed; units stand in names, and `None` "
    "always has a stated meaning."
)
_CARE = (
    *("case", "read_case"),
    *("assess", "verdict", "reasons", "ask"),
    *("plan", "closures", "chain", "aftercare", "order"),
    *("review", "sight"),
    *("forecast_area", "forecast", "forecast_values", "measured", "priors"),
    "rescreen",
)
_PHOTO = (
    *("image", "finding"),
    *("card/layout", "card/reading", "card/calibration", "card/references"),
    *("colour/spaces", "colour/difference", "colour/tone"),
    *("outline/outline", "outline/read", "outline/transfer", "register/registration", "register/register"),
    *("measure/values", "measure/pair", "compare", "comparison", "series"),
)
_SECTIONS = ("Args", "Attributes", "Returns", "Yields", "Raises", "Source")
_Definition = ast.ClassDef | ast.FunctionDef


def page(package: Path) -> str:
    """The page; English, as docstrings are.

    Args:
        package: The folder of the package ``dermograph``.
    """
    top = _parsed(package / "__init__.py")
    parts = [f"# {TITLE}", _INTRODUCTION, "## dermograph", *_doc(top), _index(_exported(top, package))]
    exports = _parsed(package / "protocols" / "__init__.py")
    parts += ["## dermograph.protocols", *_doc(exports)]
    for module, node in _exported(exports, package):
        parts += _definition(node, module)
    shown = [package / "care" / f"{name}.py" for name in _CARE] + sorted((package / "core").glob("[!_]*.py"))
    shown += [package / "photo" / f"{name}.py" for name in _PHOTO]
    for path in shown:
        if path.exists():
            parts += _module(path, ".".join(("dermograph", *path.relative_to(package).with_suffix("").parts)))
    return "\n\n".join(parts) + "\n"


def _index(exported: Iterator[tuple[str, _Definition]]) -> str:
    """Links to definitions that stand further down, each with the first paragraph of its docstring."""
    return _terms(
        (link(f"#{module}.{node.name}", code(node.name)), _inline(_lead(ast.get_docstring(node) or "")))
        for module, node in exported
    )


def _parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def _module(path: Path, name: str) -> list[str]:
    tree = _parsed(path)
    parts = [f"## {name}", *_doc(tree)]
    public = [node for node in tree.body if isinstance(node, _Definition) and not node.name.startswith("_")]
    for node in public:
        parts += _definition(node, name)
    return parts


def _exported(tree: ast.Module, package: Path) -> Iterator[tuple[str, _Definition]]:
    """The definitions that a room's own file imports and lists, with the module that each stands in."""
    for imported in ast.walk(tree):
        if not isinstance(imported, ast.ImportFrom) or imported.module is None:
            continue
        path = package.parent / Path(*imported.module.split(".")).with_suffix(".py")
        if not path.exists():
            continue
        found = {node.name: node for node in _parsed(path).body if isinstance(node, _Definition)}
        for alias in imported.names:
            if alias.name in found:
                yield imported.module, found[alias.name]


def _definition(node: _Definition, module: str) -> list[str]:
    kind = "class" if isinstance(node, ast.ClassDef) else "def"
    parts = [f"### {node.name} {{#{module}.{node.name}}}", f"```python\n{_signature(node, kind)}\n```"]
    parts += _doc(node)
    if isinstance(node, ast.ClassDef):
        methods = [
            (_signature(member, ""), " ".join(_lead(ast.get_docstring(member) or "").split()))
            for member in node.body
            if isinstance(member, ast.FunctionDef) and not member.name.startswith("_")
        ]
        if methods:
            parts.append(_terms(((code(name), _inline(text)) for name, text in methods), "methods"))
    return parts


def _signature(node: _Definition, kind: str) -> str:
    """A signature as it is written, without decorators and body."""
    if isinstance(node, ast.ClassDef):
        fields = [ast.unparse(member) for member in node.body if isinstance(member, ast.AnnAssign)]
        bases = ", ".join(ast.unparse(base) for base in node.bases)
        head = f"class {node.name}({bases})" if bases else f"class {node.name}"
        shown = [field for field in fields if not field.startswith("_") and "ClassVar" not in field]
        return head + "".join(f"\n    {field}" for field in shown)
    decorators = {ast.unparse(decorator) for decorator in node.decorator_list}
    returns = f" -> {ast.unparse(node.returns)}" if node.returns else ""
    if "property" in decorators:
        return f"{node.name}{returns}"
    arguments = re.sub(r"^(self|cls)(, |$)", "", ast.unparse(node.args))
    return f"{kind} {node.name}({arguments}){returns}".strip()


def _lead(docstring: str) -> str:
    """The first paragraph of a docstring."""
    return docstring.partition("\n\n")[0]


def _doc(node: ast.Module | _Definition) -> list[str]:
    """A docstring as paragraphs, examples and lists of what its sections name."""
    parts: list[str] = []
    for block in inspect.cleandoc(ast.get_docstring(node) or "").split("\n\n"):
        title, _, rest = block.partition(":\n")
        if title in _SECTIONS:
            parts.append(_section(title, rest))
        elif title.startswith("Source: "):
            parts.append(pairs([("Source", escaped(block.partition(": ")[2]))]))
        elif block.lstrip().startswith(">>>"):
            parts.append(f"```pycon\n{inspect.cleandoc(block)}\n```")
        elif block:
            parts.append(f"<p>{_inline(' '.join(block.split()))}</p>")
    return parts


def _section(title: str, text: str) -> str:
    """A section of a docstring: a list of names, or plain words."""
    lines = textwrap.dedent(text)
    entries = re.split(r"\n(?=\S)", lines)
    named = [entry.partition(": ") for entry in entries]
    if title in ("Args", "Attributes", "Raises"):
        listed = _terms((code(name), _inline(" ".join(words.split()))) for name, _, words in named)
        return f'<p class="at">{title}</p>{listed}'
    return pairs([(title, _inline(" ".join(lines.split())))])


def _inline(text: str) -> str:
    """Text with what stands between double backticks as code."""
    return re.sub(r"``(.+?)``", r"<code>\1</code>", escaped(text))


def _terms(contents: Iterable[tuple[str, str]], kind: str = "") -> str:
    """Terms and what they mean, both HTML."""
    rows = "".join(f"<div><dt>{term}</dt><dd>{meaning}</dd></div>" for term, meaning in contents)
    return element("dl", rows, kind)
