"""Makes the made-up clinic in a folder that is not there yet."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import django


def main(folder: Path) -> None:
    """Make the folder and its database, then tell the stories.

    Args:
        folder: Must not exist.
    """
    os.umask(0o077)
    folder.mkdir(mode=0o700, parents=True)
    os.environ["DJANGO_SETTINGS_MODULE"] = "dermograph.clinic.settings"
    os.environ["DERMOGRAPH_DATA"] = str(folder)
    os.environ.pop("DATABASE_URL", None)  # a demonstration never goes into a clinic's own database
    django.setup()
    from django.core.management import call_command  # noqa: PLC0415 (it needs the setup)

    from dermograph.clinic.demo.seeding import seed  # noqa: PLC0415 (the same)

    call_command("migrate", interactive=False, verbosity=0)
    seed()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
