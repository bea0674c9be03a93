"""No set of scopes ever lets through more than its words, and never more than the role."""

from __future__ import annotations

import uuid
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dermograph.clinic.api.scopes import SCOPES
from dermograph.clinic.people.models import Clinic, Membership, Role, User
from dermograph.clinic.permissions import PERMISSIONS, may
from dermograph.clinic.smart.asking import LAUNCH_PATIENT, grantable
from dermograph.clinic.smart.bearer import scopes_of_api
from dermograph.clinic.smart.caller import Caller
from dermograph.clinic.smart.exchange import covered
from dermograph.clinic.smart.kinds import KINDS, Action
from dermograph.clinic.smart.scopes import ACTIONS, Scope, fewest, narrowed, read_scope

ONE, OTHER = uuid.UUID(int=1), uuid.UUID(int=2)
OLD = {"read": "rs", "write": "cud", "*": "cruds"}
levels, names = st.sampled_from(["patient", "user", "system"]), st.sampled_from(["*", *KINDS])
letters = st.sets(st.sampled_from(ACTIONS), min_size=1).map(lambda some: "".join(one for one in ACTIONS if one in some))
words = st.builds(lambda level, kind, does: f"{level}/{kind}.{does}", levels, names, letters | st.sampled_from([*OLD]))
noise = st.sampled_from(["openid", "launch", "patient/*", "patient/.rs", "user/Observation.sr", "*/*.*", "system/*."])
asked = st.frozensets(words | noise, max_size=5)


def caller(role: str, scopes: frozenset[str], patient: uuid.UUID | None) -> Caller:
    return Caller(Membership(clinic=Clinic(), user=User(), role=role), scopes, patient)


def says(word: str, kind: str, action: Action, *, own: bool) -> bool:
    """Read by hand, apart from the code: whether a scope as written names this."""
    if word.count("/") != 1 or word.count(".") != 1:
        return False
    level, rest = word.split("/")
    about, does = rest.split(".")
    named = OLD.get(does, does)
    if named != "".join(one for one in "cruds" if one in named) or level not in ("patient", "user", "system"):
        return False
    return about in ("*", kind) and action in named and (level != "patient" or own)


def may_read_patients(role: str) -> bool:
    return role == Role.PATIENT or may(role, "patient")


@given(
    st.sampled_from(Role.values),
    asked,
    st.sampled_from([*KINDS, "Binary", "Group", ""]),
    st.sampled_from(get_args(Action)),
    st.sampled_from([None, ONE, OTHER]),
    st.sampled_from([None, ONE]),
)
def test_what_is_let_through_is_in_the_words_and_in_the_role(
    role: str, scopes: frozenset[str], kind: str, action: Action, of: uuid.UUID | None, context: uuid.UUID | None
) -> None:
    let = caller(role, scopes, context).may(kind, action, of)
    if kind not in KINDS:
        assert not let
        return
    about = KINDS[kind]
    own = (of is None and not about.of_patient) or (context is not None and of == context)
    named = any(says(word, kind, action, own=own) for word in scopes)
    if role == Role.PATIENT:
        reaches = action in ("r", "s") and about.own and own
    else:
        reaches = may(role, about.page(action)) and bool(about.page(action))
    if of is not None and not about.of_patient:  # somebody's all the same, so who may not read them reads nothing of it
        reaches &= any(says(word, "Patient", "r", own=own) for word in scopes) and may_read_patients(role)
    assert let == (named and reaches)


@given(asked, asked, st.sampled_from(Role.values))
def test_what_is_granted_is_in_what_was_asked_and_in_what_was_registered(
    wanted: frozenset[str], allowed: frozenset[str], role: str
) -> None:
    granted = grantable(sorted(wanted), sorted(allowed), role)
    for word in granted:
        scope = read_scope(word)
        if scope is not None:
            assert covered(wanted, scope)
            assert covered(allowed, scope)
        else:
            assert word == LAUNCH_PATIENT


@given(asked, asked, st.sampled_from(Role.values))
def test_nothing_is_lost_that_role_and_registration_let_through(
    wanted: frozenset[str], allowed: frozenset[str], role: str
) -> None:
    granted = frozenset(grantable(sorted(wanted), sorted(allowed), role))
    for kind in ("Observation", "Patient", "Slot"):
        for action in ACTIONS:
            both = all(caller(role, some, ONE).may(kind, action, ONE) for some in (wanted, allowed))
            same_level = any(
                narrowed(a, b)
                for a in map(read_scope, wanted)
                for b in map(read_scope, allowed)
                if a and b and a.kind in ("*", kind) and b.kind in ("*", kind) and action in a.actions & b.actions
            )
            if both and same_level:
                assert caller(role, granted, ONE).may(kind, action, ONE)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("patient/*.read", "patient/*.rs"),
        ("user/Observation.write", "user/Observation.cud"),
        ("system/Patient.*", "system/Patient.cruds"),
    ],
    ids=["read", "write", "all"],
)
def test_scopes_of_version_1_mean_those_of_version_2(old: str, new: str) -> None:
    assert str(read_scope(old)) == new
    assert read_scope(old) == read_scope(new)


@pytest.mark.parametrize(
    "word",
    [
        "patient/Observation.rs?category=laboratory",
        "patient/Observation.",
        "patient/Observation.sr",
        "patient/Observation.rr",
        "patient/observation.rs",
        "patient/Binary.rs",
        "Patient/Observation.rs",
        "patient/Observation.rs ",
        "patient/Observation.rs\n",
        "",
    ],
)
def test_what_is_no_scope_lets_nothing_through(word: str) -> None:
    assert read_scope(word) is None
    assert grantable([word], ["patient/*.cruds"], Role.MEDICAL_LEAD) == ()


def test_fewer_scopes_reach_as_far() -> None:
    read, search = frozenset[Action]({"r"}), frozenset[Action]({"s"})
    some = [Scope("user", "*", read), Scope("user", "Media", read), Scope("user", "*", search)]
    assert fewest(some) == [Scope("user", "*", read | search)]


def test_every_kind_names_pages_that_there_are() -> None:
    pages = {page for kind in KINDS.values() for page in (kind.read, kind.create, kind.update) if page}
    assert pages <= set(PERMISSIONS)
    assert {one for kind in KINDS.values() for one in (*kind.needs, *kind.needs_to_write)} <= set(SCOPES)
    assert not any(kind.page("d") for kind in KINDS.values())


@pytest.mark.parametrize("missing", ["clinical:read", "photographs:read"])
def test_a_token_of_the_api_reads_only_what_all_its_scopes_name(missing: str) -> None:
    said = scopes_of_api(set(SCOPES) - {missing})
    assert "user/Observation.rs" in scopes_of_api(SCOPES)
    assert not any(one.startswith(("user/Observation.", "user/DocumentReference.")) for one in said)
    assert scopes_of_api(["agenda:write"]) >= {"user/Appointment.cu", "user/PlanDefinition.rs"}
    assert "user/Appointment.cru" not in scopes_of_api(["agenda:write"])


@pytest.mark.parametrize(
    ("role", "scopes", "context", "reaches"),
    [
        (Role.PRACTITIONER, "user/Device.rs", None, {None}),
        (Role.PRACTITIONER, "user/Device.rs user/Patient.rs", None, {None, ONE, OTHER}),
        (Role.PRACTITIONER, "patient/*.rs", ONE, {None, ONE}),
        (Role.ADMIN, "user/*.rs", None, {None}),
        (Role.PATIENT, "patient/*.rs", ONE, {None, ONE}),
        (Role.PATIENT, "user/*.rs", ONE, {None, ONE}),
    ],
    ids=["device", "and-patients", "launched", "admin", "patient", "patient-user"],
)
def test_a_device_that_somebody_wears_is_theirs(
    role: str, scopes: str, context: uuid.UUID | None, reaches: set[uuid.UUID | None]
) -> None:
    who = caller(role, frozenset(scopes.split()), context)
    assert {of for of in (None, ONE, OTHER) if who.may("Device", "r", of)} == reaches


@pytest.mark.parametrize(
    ("kind", "scope"),
    [
        ("Communication", "messages:read"),
        ("Task", "messages:read"),
        ("AuditEvent", "trail:read"),
        ("Provenance", "trail:read"),
    ],
    ids=["messages", "tasks", "trail", "signatures"],
)
def test_messages_and_the_trail_have_scopes_of_their_own(kind: str, scope: str) -> None:
    assert f"user/{kind}.rs" in scopes_of_api([scope])
    assert not any(one.startswith(f"user/{kind}.") for one in scopes_of_api(set(SCOPES) - {scope}))
