"""What a clinic's own program may do with a token: say of every open course what is known and what is asked for.

Needs ``DERMOGRAPH_URL`` and ``DERMOGRAPH_TOKEN``, a token with the scopes ``patients:read`` and ``clinical:read``.
"""

from __future__ import annotations

import os
import sys

from dermograph.client import Client, ConflictError


def main() -> int:
    """Print a few lines about each open course."""
    address, token = os.environ.get("DERMOGRAPH_URL", ""), os.environ.get("DERMOGRAPH_TOKEN", "")
    if not (address and token):
        print("Set DERMOGRAPH_URL to the clinic's address and DERMOGRAPH_TOKEN to a token of it.", file=sys.stderr)
        return 2
    clinic = Client(address, token)
    for course in clinic.list_courses(state="open"):
        now = clinic.get_assessment_now(course.id)
        print(f"{course.area_name} ({course.treatment}): {now.verdict}, at worst {now.worst_case}")
        for reason in now.reasons[:3]:
            where = "; ".join(f"{cite.source}, {cite.at}" for cite in reason.cite)
            print(f"  {reason.says} [{where}]")
        if now.ask:
            print(f"  still to ask: {', '.join(question.fact for question in now.ask[:5])}")
        try:
            print(f"  proposed: {clinic.get_proposal(course.id).decision}")
        except ConflictError as nothing:
            print(f"  {nothing}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
