"""What a web server starts has loaded what requests need, and the collector of cycles passes over it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

PROGRAM = """
import dermograph.clinic.wsgi
import gc, json, sys
found = {"frozen": gc.get_freeze_count(), "others": len(gc.get_objects()), "thresholds": gc.get_threshold()}
found["pages"] = "dermograph.clinic.overview.views" in sys.modules
print(json.dumps(found))
"""


def test_a_full_collection_passes_over_what_the_site_consists_of(tmp_path: Path) -> None:
    environment = os.environ | {
        "DERMOGRAPH_DATA": str(tmp_path),
        "DJANGO_SETTINGS_MODULE": "dermograph.clinic.settings",
        "DATABASE_URL": "",
    }
    (tmp_path / "static").mkdir()
    done = subprocess.run([sys.executable, "-c", PROGRAM], env=environment, capture_output=True, text=True, check=True)
    found = json.loads(done.stdout)
    assert found["pages"]
    assert found["frozen"] > 100_000
    assert found["others"] < found["frozen"] / 100
    assert found["thresholds"][2] >= 100
