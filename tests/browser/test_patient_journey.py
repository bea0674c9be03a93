"""A patient's own journey on a telephone: invited, signing, booking, healing, worried, answered, measured."""

from __future__ import annotations

import re
import zipfile
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from dermograph.clinic.agenda.models import Appointment
from dermograph.clinic.gallery.models import Comparison
from dermograph.clinic.intake.services import install_texts
from dermograph.clinic.people.models import Course, Membership, Patient
from dermograph.clinic.portal.models import Message
from dermograph.clinic.treatment.models import SymptomReport
from dermograph.clinic.vault.store import put
from tests.browser.conftest import PageFor, check_page
from tests.clinic.conftest import PASSWORD
from tests.clinic.gallery.photos import picture
from tests.clinic.portal.own_rows import measured, pictured
from tests.clinic.portal.visits import allowed, free_day, ready
from tests.clinic.treatment.held import held

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
ADDRESS = "lucia@home.example"


@pytest.fixture
def furnished(course: Course, practitioner: Membership) -> Course:
    """A clinic that is open, has its texts, lets patients book, and has assessed this one."""
    ready(course, practitioner)
    install_texts(course.clinic)
    allowed(course.clinic)
    type(course.clinic).objects.filter(pk=course.clinic_id).update(phone="+34 600 000 000")
    Patient.objects.filter(pk=course.patient_id).update(email=ADDRESS, language="en")
    return course


def test_a_patient_goes_from_the_invitation_to_what_was_measured(
    page_for: PageFor, furnished: Course, practitioner: Membership
) -> None:
    staff = page_for(practitioner)
    link = is_invited(staff, furnished.patient)
    phone = page_for(None, width=390)
    sets_a_password_and_signs_in(phone, link)
    signs_the_consent(phone)
    books_a_session(phone)
    lives_with_the_aftercare(phone, furnished, practitioner)
    is_worried_and_told_what_to_do(phone)
    assert SymptomReport.objects.get().by_patient
    staff.goto("/")
    expect(staff.get_by_text("Lucía Ferrer Campos").first).to_be_visible()
    expect(staff.get_by_text(re.compile("redness", re.IGNORECASE)).first).to_be_visible()
    writes_and_is_answered(phone, staff, furnished.patient)
    takes_everything_along(phone)
    sees_what_was_measured(phone, furnished)
    phone.get_by_text("Account of").locator("xpath=ancestor::summary").click()
    phone.get_by_role("button", name="Sign out").click()
    phone.goto("/me/")
    expect(phone).to_have_url(re.compile("/account/login/"))


def is_invited(staff: Page, patient: Patient) -> str:
    """The clinic prints the invitation; the address on it."""
    staff.goto(f"/patients/{patient.pk}/")
    staff.get_by_role("link", name="Own pages").click()
    expect(staff.get_by_role("heading", name="No access yet")).to_be_visible()
    staff.get_by_role("button", name="Print an invitation").click()
    expect(staff.locator(".invitation svg.code")).to_be_visible()
    check_page(staff)
    return staff.locator(".invitation code").inner_text()


def sets_a_password_and_signs_in(phone: Page, link: str) -> None:
    """The link on the sheet, then the first look at one's own pages."""
    phone.goto(link)
    phone.locator("#id_password1").fill(PASSWORD)
    phone.locator("#id_password2").fill(PASSWORD)
    check_page(phone)
    phone.get_by_role("button", name="Set the password").click()
    phone.get_by_role("link", name="Sign in").click()
    phone.locator("input[name=login]").fill(ADDRESS)
    phone.locator("input[name=password]").fill(PASSWORD)
    phone.locator("input[name=password]").press("Enter")
    phone.wait_for_url("**/me/")
    expect(phone.get_by_role("heading", level=1)).to_have_text("One thing is asked of you")
    check_page(phone)


def signs_the_consent(phone: Page) -> None:
    """From the home; with the keyboard, as somebody does who cannot draw."""
    phone.get_by_role("link", name="Read and sign").click()
    expect(phone.locator("#name")).to_be_visible()
    for box in phone.get_by_role("checkbox").all():
        box.check()
    phone.locator("#name").fill("Lucía Ferrer Campos")
    phone.get_by_text("Sign with the keyboard").click()
    phone.locator("#typed").fill("Lucía Ferrer Campos")
    if phone.locator("#password").count():
        phone.locator("#password").fill(PASSWORD)
    phone.get_by_role("button", name="Sign", exact=True).click()
    phone.wait_for_url("**/signed/**")
    check_page(phone)


def books_a_session(phone: Page) -> None:
    """A time that is free on a day that the protocol allows."""
    phone.get_by_role("link", name="Visits").click()
    phone.get_by_role("link", name="Choose a time").click()
    expect(phone.get_by_role("heading", level=1)).to_have_text("Choose a time")
    day = free_day().isoformat()
    phone.goto(f"{phone.url.partition('?')[0]}?purpose=session&day={day}")
    phone.locator("input[name=slot]").first.check()
    check_page(phone)
    phone.get_by_role("button", name=re.compile("this time")).click()
    expect(phone.get_by_role("heading", name="To come")).to_be_visible()
    check_page(phone)
    assert Appointment.objects.get().state == "booked"
    phone.get_by_role("link", name="Today", exact=True).click()
    expect(phone.get_by_role("heading", level=1)).to_have_text("Your next visit")
    check_page(phone)


def lives_with_the_aftercare(phone: Page, course: Course, practitioner: Membership) -> None:
    """Six days after the session: what still holds, what is over, and where it comes from."""
    Appointment.objects.update(state="cancelled")
    held(course, -6, practitioner)
    phone.goto("/me/")
    expect(phone.get_by_role("heading", level=1)).to_have_text("Today, day 6 after your session")
    expect(phone.get_by_text("Keep the area out of the sun for 30 days.")).to_be_visible()
    phone.get_by_text("Over by today (1)").click()
    expect(phone.locator(".cares.over").first).to_be_visible()
    phone.locator("details.reason summary").first.click()
    expect(phone.locator(".reason-body").first).to_be_visible()
    check_page(phone)


def is_worried_and_told_what_to_do(phone: Page) -> None:
    """A sign is reported; what to do meanwhile comes at once, and nothing reassures."""
    phone.get_by_role("link", name="Something worries me").click()
    expect(phone.get_by_text("Call 112").first).to_be_visible()
    phone.get_by_role("checkbox", name=re.compile("^Redness")).check()
    phone.locator("#own-words").fill("On the left side, since this morning.")
    phone.get_by_role("button", name="Tell the clinic").click()
    expect(phone.get_by_role("heading", level=1)).to_have_text("What to do now")
    check_page(phone)


def writes_and_is_answered(phone: Page, staff: Page, patient: Patient) -> None:
    """A message there and an answer back, with its number on every page until it is read."""
    phone.get_by_role("link", name="Messages", exact=True).first.click()
    phone.locator("textarea[name=words]").fill("May I go swimming on Sunday?")
    phone.get_by_role("button", name="Send").click()
    expect(phone.get_by_text("May I go swimming on Sunday?")).to_be_visible()
    check_page(phone)
    staff.goto(f"/patients/{patient.pk}/messages/")
    expect(staff.get_by_text("May I go swimming on Sunday?")).to_be_visible()
    staff.locator("textarea[name=words]").fill("Not before the two weeks are over.")
    staff.get_by_role("button", name="Send").click()
    expect(staff.get_by_text("Not before the two weeks are over.")).to_be_visible()
    assert Message.objects.count() == 2
    phone.goto("/me/")
    phone.get_by_role("link", name="Messages, 1 not read").click()
    expect(phone.get_by_text("Not before the two weeks are over.")).to_be_visible()
    phone.goto("/me/")
    expect(phone.get_by_role("link", name="Messages", exact=True).first).to_be_visible()


def sees_what_was_measured(phone: Page, course: Course) -> None:
    """The slider with the arrow keys, the sentence, and the figures behind it."""
    first = pictured(course, -60)
    side = {"colour": {"calibrated": True}, "quality": [], "card": {"found": False}}
    one = measured(course, first, before=side, after=side, shown={"aligned": True, "calibrated": True})
    skin = picture(size=(600, 450))
    names = {kind: put(course.patient, skin, "jpg") for kind in ("before", "after", "preview", "thumbnail")}
    Comparison.objects.filter(pk=one.pk).update(pictures={"before": names["before"], "after": names["after"]})
    small = {"preview": names["preview"], "thumbnail": names["thumbnail"]}
    course.photographs.update(**small, width=600, height=450)
    phone.get_by_role("link", name="Photos").click()
    check_page(phone)
    phone.locator(".album a").first.click()
    expect(phone.get_by_text("closer to that of the skin beside it than at the start")).to_be_visible()
    edge = phone.locator(".viewer input[type=range]")
    edge.focus()
    edge.press("ArrowRight")
    assert int(edge.input_value()) == 51
    check_page(phone)
    phone.get_by_role("link", name="The figures").click()
    expect(phone.locator(".chart svg").first).to_be_visible()
    phone.get_by_text("The figures").first.click()
    check_page(phone)
    phone.get_by_role("link", name="Timeline").click()
    expect(phone.get_by_text("Reported: redness")).to_be_visible()
    check_page(phone)


def takes_everything_along(phone: Page) -> None:
    """Everything held, as one file; where the sign-in is too long ago, after the password."""
    phone.locator("summary", has_text="More").click()
    phone.get_by_role("link", name="What is held about me").last.click()
    check_page(phone)
    with phone.expect_download() as found:
        phone.get_by_role("button", name="Download everything").click()
    names = zipfile.ZipFile(found.value.path()).namelist()
    assert "records/people.patient.json" in names
    assert "records/portal.message.json" in names


@pytest.mark.parametrize(("width", "dark", "language"), [(390, True, "es"), (1280, False, "es"), (1280, True, "en")])
def test_the_first_pages_fit_every_screen_in_both_languages_and_colours(
    page_for: PageFor,
    furnished: Course,
    practitioner: Membership,
    width: int,
    dark: bool,  # noqa: FBT001 (of the parameters)
    language: str,
) -> None:
    held(furnished, -6, practitioner)
    Patient.objects.filter(pk=furnished.patient_id).update(language=language)
    staff = page_for(practitioner)
    link = is_invited(staff, furnished.patient)
    page = page_for(None, width=width, dark=dark, language=language)
    page.goto(link)
    page.locator("#id_password1").fill(PASSWORD)
    page.locator("#id_password2").fill(PASSWORD)
    page.locator("#id_password2").press("Enter")
    page.locator(".actions a.primary").click()
    page.locator("input[name=login]").fill(ADDRESS)
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("input[name=password]").press("Enter")
    page.wait_for_url("**/me/")
    for path in ("", "timeline/", "photographs/", "data/", "appointments/", "messages/", "forms/", "calendar/"):
        page.goto(f"/me/{path}")
        assert page.locator("html").get_attribute("lang") == language
        check_page(page)
