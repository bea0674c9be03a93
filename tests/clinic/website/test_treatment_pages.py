"""The public pages: what they say, that nothing else is said, and what search engines find."""

from __future__ import annotations

import datetime as dt
import html
import json
import re
from xml.etree import ElementTree as ET

import pytest
from django.test import Client
from django.utils import timezone

from dermograph.clinic.agenda.models import Absence
from dermograph.clinic.people.models import Clinic, Membership
from dermograph.clinic.website.treatment_text import for_visitors, money, treatment_text
from dermograph.core.dates import day_in_words
from dermograph.core.text import LANGUAGES, Language
from dermograph.protocols import load_library
from dermograph.protocols.model import Amount
from dermograph.protocols.put_together import statements
from tests.clinic.conftest import signed_in
from tests.clinic.website.markup import invalid
from tests.clinic.website.visit import at, furnish

TREATMENTS = ("paramedical", "microneedling", "scalp")
FORBIDDEN = r"\b(painless|indolor[oa]s?|permanent(e|es|ly)?|imperceptibles?|perfect[oa]?)\b"
SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
XHTML = "{http://www.w3.org/1999/xhtml}"

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _open(clinic: Clinic, practitioner: Membership) -> None:
    furnish(clinic)
    assert practitioner.treatments


def page(clinic: Clinic, treatment: str, language: str) -> str:
    answer = Client().get(at(clinic, treatment, language=language))
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("treatment", TREATMENTS)
def test_every_statement_for_a_visitor_is_on_the_page(clinic: Clinic, treatment: str, language: Language) -> None:
    shown = html.unescape(page(clinic, treatment, language))
    protocol = load_library().protocol(treatment)
    sections = ("indications", "preparation", "aftercare", "side_effects", "results", "maintenance", "answers", "price")
    wanted = [one.says.say(language) for section, one in statements(protocol) if section in sections]
    wanted += [one.worry.say(language) for one in protocol.side_effects]
    wanted += [one.question.say(language) for one in protocol.answers if one.id != "what-is-it"]
    assert [words for words in wanted if words not in shown] == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("treatment", TREATMENTS)
def test_a_rejected_claim_is_nowhere_and_a_disputed_one_only_beside_the_other_side(
    clinic: Clinic, treatment: str, language: Language
) -> None:
    shown = html.unescape(page(clinic, treatment, language))
    outside = re.sub(r'<details class="disagree">.*?</details>', "", shown, flags=re.DOTALL)
    for source in load_library().sources.values():
        for claim in source.claims.values():
            words = claim.says.say(language)
            if claim.fate in ("rejected", "not_clinical"):
                assert words not in shown
            elif claim.fate == "disputed":
                assert words not in outside
    disputes = re.findall(r'<details class="disagree">.*?</details>', shown, flags=re.DOTALL)
    assert disputes
    assert all(dispute.count('<li class="side">') >= 2 for dispute in disputes)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("treatment", TREATMENTS)
def test_nothing_is_promised(clinic: Clinic, treatment: str, language: Language) -> None:
    shown = page(clinic, treatment, language)
    body = shown.partition("<main")[2]
    sources = body.partition('<section aria-labelledby="sources"')
    assert re.findall(FORBIDDEN, re.sub(r"<[^>]+>", " ", sources[0]), flags=re.IGNORECASE) == []
    open_number = "open until your skin has answered" if language == "en" else "abierto hasta ver cómo responde su piel"
    assert open_number in body


@pytest.mark.parametrize("treatment", TREATMENTS)
def test_every_number_leads_to_a_place_in_a_source_and_every_place_is_used(clinic: Clinic, treatment: str) -> None:
    shown = page(clinic, treatment, "en")
    used = set(re.findall(r'href="#n(\d+)"', shown))
    given = set(re.findall(r'<li id="n(\d+)"', shown))
    assert used == given == {str(number) for number in range(1, len(given) + 1)}
    text = treatment_text(load_library().protocol(treatment), "en")
    said = (
        *text.indications,
        *text.before,
        *text.before_timed,
        *text.during,
        *text.after,
        *text.effects,
        *text.answers,
    )
    assert all(one.notes for one in said)


def test_a_price_stands_where_the_protocol_gives_one_and_is_absent_else(clinic: Clinic) -> None:
    assert "€120" in page(clinic, "paramedical", "en")
    assert "120\u00a0€" in page(clinic, "paramedical", "es")
    for treatment in ("microneedling", "scalp"):
        shown = page(clinic, treatment, "en")
        assert "Price" not in shown
        assert "€" not in shown
    home = Client().get(at(clinic)).content.decode()
    assert "€" not in home  # sources disagree on it, and there is no room for both sides


def test_money_is_written_as_people_write_it() -> None:
    assert money(Amount(120, "eur"), "en") == "€120"
    assert money(Amount(99.5, "eur"), "es") == "99,50\u00a0€"
    assert money(Amount(10, "usd"), "en") == "10 usd"


def test_what_is_said_to_whoever_treats_is_left_out() -> None:
    assert for_visitors("Anaesthetic cream. Record the product, and ask about allergy.") == "Anaesthetic cream."
    assert for_visitors("Registre el lote de la aguja.") == ""
    for treatment in TREATMENTS:
        for language in LANGUAGES:
            text = treatment_text(load_library().protocol(treatment), language)
            assert not [one.says for one in text.during if re.search(r"\b(record the|registre)\b", one.says.lower())]


@pytest.mark.parametrize("language", LANGUAGES)
def test_search_engines_find_each_language_at_an_address_of_its_own(clinic: Clinic, language: str) -> None:
    for treatment in ("", "scalp"):
        shown = Client().get(at(clinic, treatment, language=language)).content.decode()
        root = f"http://testserver{at(clinic, treatment).partition('?')[0]}"
        assert f'<html lang="{language}"' in shown
        assert f'<link rel="canonical" href="{root}?lang={language}">' in shown
        for other in LANGUAGES:
            assert f'<link rel="alternate" hreflang="{other}" href="{root}?lang={other}">' in shown
        assert f'hreflang="x-default" href="{root}"' in shown
        assert re.search(r"<title>[^<]*Clínica Aurora</title>", shown)
        about = re.search(r'<meta name="description" content="([^"]+)"', shown)
        assert about is not None
        assert 40 < len(html.unescape(about[1])) <= 160
        for name in ("og:title", "og:description", "og:url", "og:locale", "og:site_name"):
            assert f'property="{name}"' in shown
        assert "noindex" not in shown


def test_the_language_is_the_one_of_the_address_then_of_the_browser_then_of_the_clinic(clinic: Clinic) -> None:
    bare = f"/at/{clinic.slug}/"
    spanish = Client(headers={"Accept-Language": "es-ES,es;q=0.9"})
    assert spanish.get(bare).headers["Content-Language"] == "es"
    assert spanish.get(f"{bare}?lang=en").headers["Content-Language"] == "en"
    assert Client().get(f"{bare}?lang=xx").headers["Content-Language"] == "en"
    Clinic.objects.update(language="es")
    assert Client().get(bare).headers["Content-Language"] == "es"


def test_the_data_for_machines_reads_and_says_no_more_than_the_page(clinic: Clinic) -> None:
    Clinic.objects.update(name='Aurora </script><script src="x">')
    clinic.refresh_from_db()
    for treatment in ("", "paramedical"):
        shown = Client().get(at(clinic, treatment)).content.decode()
        blocks = re.findall(r'<script type="application/ld\+json">(.*?)</script>', shown, flags=re.DOTALL)
        assert len(blocks) == 1
        told = json.loads(blocks[0])
        assert told["@context"] == "https://schema.org"
        assert told["@type"] == ("MedicalProcedure" if treatment else "MedicalClinic")
        assert "<script src" not in shown
    home = json.loads(re.findall(r"ld\+json\">(.*?)</script>", Client().get(at(clinic)).content.decode())[0])
    assert home["telephone"] == "+34 960 000 000"
    assert home["openingHoursSpecification"][0]["dayOfWeek"] == ["Monday", "Tuesday", "Wednesday", "Thursday"]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("treatment", TREATMENTS)
def test_machines_are_told_nothing_on_which_sources_disagree_and_no_statement_without_its_period(
    clinic: Clinic, treatment: str, language: Language
) -> None:
    [block] = re.findall(r"ld\+json\">(.*?)</script>", page(clinic, treatment, language))
    data = json.loads(block)
    told = " ".join(data.get(name, "") for name in ("howPerformed", "preparation", "followup"))
    text = treatment_text(load_library().protocol(treatment), language)
    said = (*text.during, *text.before, *text.before_timed, *text.after)
    assert any(one.disagreement for one in said)
    for one in said:
        assert (one.says in told) is (one.disagreement is None), one.says
        assert one.disagreement or f"{one.head}: {one.says}".removeprefix(": ") in told


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_published_number_of_scalp_sessions_stands_only_where_the_disagreement_does(
    clinic: Clinic, language: Language
) -> None:
    figure = {"en": "three sessions", "es": "tres sesiones"}[language]
    assert figure not in Client().get(at(clinic, language=language)).content.decode()
    shown = page(clinic, "scalp", language)
    head = shown.partition("</head>")[0]
    assert figure not in head
    assert figure not in load_library().protocol("scalp").summary.say(language)
    assert figure in shown.partition("</head>")[2]


def test_the_sitemap_names_every_public_page_in_both_languages(clinic: Clinic) -> None:
    answer = Client().get("/sitemap.xml")
    assert answer.headers["Content-Type"].startswith("application/xml")
    tree = ET.fromstring(answer.content)  # noqa: S314 (our own)
    found = [entry.findtext(f"{SITEMAP}loc") for entry in tree.findall(f"{SITEMAP}url")]
    pages = ["", *TREATMENTS]
    assert sorted(found, key=str) == sorted(
        f"http://testserver{at(clinic, one, language=language)}" for one in pages for language in LANGUAGES
    )
    for entry in tree.findall(f"{SITEMAP}url"):
        links = {link.get("hreflang") for link in entry.findall(f"{XHTML}link")}
        assert links == {"en", "es", "x-default"}
    for address in found:
        assert address is not None
        assert Client().get(address.removeprefix("http://testserver")).status_code == 200


def test_robots_may_read_the_public_pages_and_nothing_else() -> None:
    answer = Client().get("/robots.txt")
    assert answer.headers["Content-Type"].startswith("text/plain")
    lines = answer.content.decode().splitlines()
    assert lines[0] == "User-agent: *"
    assert "Disallow: /" in lines
    assert "Allow: /at/" in lines
    assert "Disallow: /at/*/check/" in lines
    assert "Sitemap: http://testserver/sitemap.xml" in lines


def test_the_home_says_where_and_when(clinic: Clinic) -> None:
    shown = Client().get(at(clinic)).content.decode()
    for words in ("Calle del Prado 4", "+34 960 000 000", "Monday to Thursday", "09:00–14:00, 16:00–20:00", "closed"):
        assert words in shown
    assert 'href="tel:+34960000000"' in shown
    assert "Lunes a jueves" in Client().get(at(clinic, language="es")).content.decode()


def test_the_home_says_when_the_whole_clinic_is_closed(clinic: Clinic, practitioner: Membership) -> None:
    today = timezone.now().astimezone(clinic.zone).date()
    away = {0: (None, "stock-taking"), 60: (None, "far"), 61: (None, "too far"), 3: (practitioner, "at a fair")}
    for days, (who, why) in away.items():
        day = today + dt.timedelta(days=days)
        Absence.objects.create(clinic=clinic, membership=who, first=day, last=day, reason=why)
    shown = Client().get(at(clinic)).content.decode()
    for days in (0, 60):
        assert f"Closed on {day_in_words(today + dt.timedelta(days=days), 'en')}" in shown
    for days in (3, 61):
        assert day_in_words(today + dt.timedelta(days=days), "en") not in shown
    assert "stock-taking" not in shown  # the reason is a word for colleagues


def test_only_what_somebody_there_is_trained_for_is_offered(clinic: Clinic, practitioner: Membership) -> None:
    practitioner.treatments = ["scalp", "a-treatment-of-long-ago"]
    practitioner.save()
    assert Client().get(at(clinic, "scalp")).status_code == 200
    for page_name in ("", "check", "request"):
        assert Client().get(at(clinic, "paramedical", page_name)).status_code == 404
    assert "Paramedical" not in Client().get(at(clinic)).content.decode()
    practitioner.active = False
    practitioner.save()
    shown = Client().get(at(clinic)).content.decode()
    assert "No treatment is offered here at the moment." in shown
    assert invalid(shown) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_markup_is_valid(clinic: Clinic, language: str) -> None:
    for treatment in ("", *TREATMENTS):
        assert invalid(Client().get(at(clinic, treatment, language=language)).content.decode()) == []
    for name in ("check", "request"):
        assert invalid(Client().get(at(clinic, "paramedical", name, language)).content.decode()) == []


def test_reading_sets_no_cookie_and_may_be_kept_by_a_cache(clinic: Clinic) -> None:
    for treatment in ("", "paramedical"):
        answer = Client().get(at(clinic, treatment))
        assert not answer.cookies
        assert answer.headers["Cache-Control"] == "public, max-age=300"
        assert "Accept-Language" in answer.headers["Vary"]


def test_staff_see_the_same_page_without_their_navigation(clinic: Clinic, practitioner: Membership) -> None:
    answer = signed_in(practitioner).get(at(clinic, "scalp", language="es"))
    shown = answer.content.decode()
    assert 'class="rail' not in shown
    assert '<html lang="es"' in shown
    assert "public" not in answer.headers["Cache-Control"]


def test_the_sign_in_page_leads_to_the_public_site(clinic: Clinic) -> None:
    shown = Client().get("/account/login/").content.decode()
    assert f'href="/at/{clinic.slug}/?lang=en"' in shown


@pytest.mark.parametrize(
    "path", ["/at/nobody/", "/at/aurora/nothing/", "/at/aurora/%00/", "/at/AURORA' OR 1=1/", f"/at/{'a' * 3000}/"]
)
def test_an_address_of_nothing_is_not_found(path: str) -> None:
    assert Client().get(path).status_code == 404


def test_another_host_is_refused(clinic: Clinic) -> None:
    for path in (at(clinic), "/sitemap.xml", "/robots.txt"):
        assert Client().get(path, HTTP_HOST="evil.example").status_code == 400


def test_a_page_costs_few_queries(clinic: Clinic, django_assert_max_num_queries: pytest.FixtureRequest) -> None:
    with django_assert_max_num_queries(6):  # type: ignore[operator]  # a context manager of pytest-django
        page(clinic, "paramedical", "en")
