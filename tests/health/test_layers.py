"""The layer contracts of pyproject.toml hold what they say: each is seen kept, and each is seen broken."""

import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.health.files import ROOT

PYPROJECT = ROOT / "pyproject.toml"
CONTRACTS = {
    contract["id"]: contract["name"]
    for contract in tomllib.loads(PYPROJECT.read_text(encoding="utf-8"))["tool"]["importlinter"]["contracts"]
}

#: A house with every room, in which each outside package is imported wherever it may be and nowhere else.
SOUND = {
    "__init__.py": "",
    "__main__.py": "import dermograph.cli",
    "core/__init__.py": "",
    "protocols/__init__.py": "",
    "care/__init__.py": "import dermograph.protocols",
    "care/cohort.py": "import polars",
    "care/forecast.py": "import numpy, scipy.stats, dermograph.care.priors",
    "care/priors.py": "import numpy",
    "care/rescreen.py": "import polars, dermograph.care.cohort",
    "photo/__init__.py": "import numpy, scipy, cv2, dermograph.core",
    "photo/scalp/dots.py": "import numpy, scipy, cv2",
    "exchange/__init__.py": "",
    "exchange/dicom/__init__.py": "import numpy, pydicom",
    "exchange/fhir/write.py": "import fhir.resources, dermograph.care",
    "exchange/ical.py": "import icalendar",
    "clinic/__init__.py": "import django, dermograph.exchange, dermograph.photo",
    "clinic/people/models.py": "import django.db.models",
    "clinic/intake/__init__.py": "",
    "cli/__init__.py": "def main():\n    import dermograph.care.forecast",
}

#: What breaks a contract: the contract, the file that is changed, and the import put there.
BREACHES = [
    ("layers", "core/dates.py", "dermograph.protocols"),
    ("layers", "care/plan.py", "dermograph.photo"),
    ("layers", "cli/serve.py", "dermograph.clinic"),
    ("layers", "core/days.py", "dermograph.care"),
    ("layers", "attic.py", "json"),
    ("clinic", "clinic/people/models.py", "dermograph.clinic.intake"),
    ("acyclic", "care/priors.py", "dermograph.care.forecast"),
    ("django", "exchange/fhir/read.py", "django.conf"),
    ("numpy", "care/plan.py", "numpy"),
    ("scipy", "care/priors.py", "scipy.stats"),
    ("cv2", "exchange/dicom/frames.py", "cv2"),
    ("standards", "clinic/calendar.py", "icalendar"),
    ("standards", "care/case.py", "fhir.resources"),
    ("standards", "photo/series.py", "pydicom"),
    ("polars", "cli/rescreen.py", "polars"),
]


def _house(folder: Path) -> Path:
    for name, content in SOUND.items():
        path = folder / "dermograph" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        (path.parent / "__init__.py").touch()
        path.write_text(content, encoding="utf-8")
    shutil.copy(PYPROJECT, folder)
    return folder


def _broken(folder: Path) -> set[str]:
    """The contracts that import-linter calls broken there; it reads the package, and never imports it."""
    done = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-logo", "--no-cache"],
        cwd=folder,
        check=False,
        capture_output=True,
        text=True,
        env=os.environ | {"COLUMNS": "200", "NO_COLOR": "1"},
    )
    assert f"Contracts: {len(CONTRACTS)} kept" in done.stdout or done.returncode == 1, done.stdout + done.stderr
    return {key for key, name in CONTRACTS.items() if f"{name} BROKEN" in done.stdout}


def test_a_sound_house_keeps_every_contract(tmp_path: Path) -> None:
    assert _broken(_house(tmp_path)) == set()


def test_a_house_of_four_rooms_keeps_every_contract(tmp_path: Path) -> None:
    house = _house(tmp_path)
    for room in ("clinic", "exchange", "photo"):
        shutil.rmtree(house / "dermograph" / room)
    assert _broken(house) == set()


@pytest.mark.parametrize(("contract", "name", "imported"), BREACHES)
def test_one_wrong_import_breaks_the_contract_that_forbids_it(
    tmp_path: Path, contract: str, name: str, imported: str
) -> None:
    house = _house(tmp_path)
    with (house / "dermograph" / name).open("a", encoding="utf-8") as file:
        file.write(f"\nimport {imported}\n")
    assert _broken(house) == {contract}


def test_every_contract_is_seen_broken() -> None:
    assert {contract for contract, _, _ in BREACHES} == set(CONTRACTS)
