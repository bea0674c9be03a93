"""Measuring a cohort again where something is wrong: it stops in time, alone, and says why."""

from __future__ import annotations

import datetime as dt
import os
import subprocess
import sys
import uuid
from typing import Any

import pytest
from django.db import OperationalError, connection

from dermograph.clinic.audit.models import AuditEntry
from dermograph.clinic.gallery import leases, places, tasks
from dermograph.clinic.gallery.child import Refused
from dermograph.clinic.gallery.comparing import ask_for_comparison, compare_what_is_not
from dermograph.clinic.gallery.models import Comparison, Stage
from dermograph.clinic.gallery.services import correct_photograph
from dermograph.clinic.people.models import Membership
from dermograph.clinic.scale import cohort, deferring
from dermograph.clinic.scale.alone import alone
from dermograph.clinic.scale.changes import changes
from dermograph.core.errors import InputError
from dermograph.core.text import Text
from tests.clinic.gallery.photos import DAY, Added, added, consent, judged, outlined, picture
from tests.clinic.scale.test_cohort import Measuring, answer, measuring, run, three

__all__ = ["added", "consent", "measuring", "three"]
REFUSED = {"en": "too dark", "es": "muy oscura"}


@pytest.fixture
def eight(added: Added, practitioner: Membership, measuring: Measuring) -> list[Comparison]:
    """Eight follow-ups that the method before measured."""
    first = judged(added())
    outlined(first, practitioner)
    for visit in range(1, 9):
        judged(added(picture(visit), DAY + dt.timedelta(days=7 * visit)))
    compare_what_is_not(first.course, who=None)
    Comparison.objects.update(stage="done", method="compare/0", result=answer(-2.0), pictures={"report_en": "r"})
    return list(Comparison.objects.order_by("after__taken_on"))


def test_it_stops_after_several_failures_in_a_row_and_says_the_last_reason(
    eight: list[Comparison], measuring: Measuring
) -> None:
    measuring.said = Refused(REFUSED)
    done = run()
    assert done.gave_up
    assert done.reason == Text("too dark", "muy oscura")
    assert cohort.MOST_IN_A_ROW <= done.failed <= cohort.MOST_IN_A_ROW + 1
    assert measuring.asked == done.failed
    assert {one.result["verdict"] for one in Comparison.objects.standing().filter(stage="done")} == {"improved"}
    assert AuditEntry.objects.filter(action="comparisons.measured_again").count() == 1, "its end is written down"


def test_failures_with_a_success_between_them_do_not_stop_it(
    eight: list[Comparison], measuring: Measuring, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = [Refused(REFUSED), Refused(REFUSED), Refused(REFUSED), answer(-1.0)] * 2
    ask = measuring.ask

    def each(header: dict[str, Any], *rest: Any) -> Any:  # noqa: ANN401 (what the child takes)
        if header["what"] == "compare":
            measuring.said = said.pop(0)
        return ask(header, *rest)

    monkeypatch.setattr(measuring, "ask", each)
    done = run()
    assert (done.done, done.failed, done.gave_up) == (2, 6, False)


def test_nothing_is_asked_for_where_the_photographs_are_not_there(
    three: list[Comparison], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(places, "in_the_way", lambda: InputError(Text("not ours", "no son")))
    count, entries = Comparison.objects.count(), AuditEntry.objects.count()
    with pytest.raises(InputError, match="not ours"):
        run()
    assert (Comparison.objects.count(), AuditEntry.objects.count()) == (count, entries)


def test_it_ends_where_the_photographs_go_away_meanwhile(
    three: list[Comparison], monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object) -> bool:
        raise tasks.PlaceAway("gone")

    monkeypatch.setattr(tasks, "work_on", away)
    with pytest.raises(InputError, match="gone"):
        run()
    assert not Comparison.objects.filter(stage=Stage.FAILED).exists()


def test_a_database_that_lets_nobody_write_for_a_moment_is_waited_for_and_one_that_is_gone_is_told(
    three: list[Comparison], monkeypatch: pytest.MonkeyPatch
) -> None:
    real, locked = tasks.work_on, [1, 1]

    def busy(*given: Any) -> bool:  # noqa: ANN401 (as work_on takes it)
        if locked:
            locked.pop()
            msg = "database is locked"
            raise OperationalError(msg)
        return real(*given)

    monkeypatch.setattr(tasks, "work_on", busy)
    monkeypatch.setattr(connection, "vendor", "sqlite")
    assert run(most=1).done == 1
    monkeypatch.setattr(cohort, "_PATIENCE_S", -1.0)
    locked.append(1)
    with pytest.raises(InputError, match="went away"):
        run()


def test_it_does_not_wait_for_workers_that_are_gone(three: list[Comparison], monkeypatch: pytest.MonkeyPatch) -> None:
    there = [1, 1, 1]
    monkeypatch.setattr(deferring, "is_possible", lambda: True)
    monkeypatch.setattr(deferring, "workers_at_work", lambda: there.pop() if there else 0)
    monkeypatch.setattr(cohort, "_PATIENCE_S", 0.2)
    with pytest.raises(InputError, match="No worker"):
        run()


def test_what_another_version_measured_meanwhile_does_not_count_as_measured(
    three: list[Comparison], monkeypatch: pytest.MonkeyPatch
) -> None:
    real = leases.finish

    def by_another(row: Any, **given: Any) -> bool:  # noqa: ANN401 (as finish takes it)
        return real(row, **given | ({"method": "compare/0"} if "method" in given else {}))

    monkeypatch.setattr(tasks, "finish", by_another)
    done = run()
    assert (done.done, done.failed, done.reason) == (0, 3, cohort.OTHER_VERSION)


def test_two_runs_at_once_are_one(three: list[Comparison]) -> None:
    with alone() as is_held:
        assert is_held
        held_by_another = _in_another_process()
    assert held_by_another == "False"
    assert _in_another_process() == "True", "the lock ends with who held it"
    assert run().done == 3


def _in_another_process() -> str:
    """Whether the lock can be had there: what a second ``measure-again`` finds."""
    code = (
        "import sys; from django.conf import settings; settings.DATABASES['default']['NAME'] = sys.argv[1]\n"
        "import django; django.setup()\n"
        "from dermograph.clinic.scale.alone import alone\n"
        "with alone() as held: print(held)"
    )
    name = str(connection.settings_dict["NAME"])
    command = [sys.executable, "-c", code, name]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=os.environ)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_a_second_run_is_refused_in_words(three: list[Comparison], monkeypatch: pytest.MonkeyPatch) -> None:
    import contextlib

    monkeypatch.setattr(cohort, "alone", lambda: contextlib.nullcontext(enter_result=False))
    with pytest.raises(InputError, match="is being measured now"):
        run()
    assert not Comparison.objects.exclude(stage=Stage.DONE).exists()


def test_a_pair_that_was_corrected_or_asked_for_again_still_says_what_the_method_changed(
    three: list[Comparison], measuring: Measuring, practitioner: Membership
) -> None:
    measuring.said = answer(-1.4, "no_detectable_change")
    run()
    one, other, _ = list(Comparison.objects.standing().order_by("after__taken_on"))
    correct_photograph(
        photograph=one.after,
        taken_on=one.after.taken_on,
        reason="r",
        note="n",
        who=practitioner.user,
        entry=uuid.uuid4(),
    )
    Comparison.objects.filter(pk=other.pk).update(stage=Stage.FAILED)
    ask_for_comparison(
        course=other.course, before=other.before, after=other.after, outline=other.outline, who=practitioner.user
    )
    while tasks.work_once():
        pass
    found = changes()
    assert (found.compared, found.other_verdicts) == (3, 3)
    said = found.measures["contrast"].to_json()
    assert said["largest"] == pytest.approx(0.6)
    standing = {str(one.pk) for one in Comparison.objects.standing()}
    assert {said["largest_in"], said["largest_over_u_in"]} <= standing
