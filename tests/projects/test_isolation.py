"""Who sees which application: list and object agree, and nobody reads a word of what is not in sight."""

from decimal import Decimal
from itertools import product

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from governance.states import Role
from projects.models import Application, ApplicationBasis, ApplicationSection, ApplicationSystem, Attachment, Line
from projects.services import attachments, lines, papers
from projects.states import ENDED, UNDER_WAY, ApplicationStatus
from projects.urls import urlpatterns
from tests.api import V1, Program
from tests.factories import (
    DataResourceFactory,
    MembershipFactory,
    SystemFactory,
    UserFactory,
    complete_draft,
    open_city,
    person,
)

A = ApplicationStatus
PARTS = {
    "attachments": Attachment,
    "bases": ApplicationBasis,
    "lines": Line,
    "named-systems": ApplicationSystem,
    "sections": ApplicationSection,
}
READ = ("detail", "modules", "estimate", "data", "documents", "review", "history", "book")
WRITE = sorted(
    {p.name for p in urlpatterns if "number" in p.pattern.converters} - {*READ, "line", "file", "book-pdf", "book-docx"}
)


@pytest.fixture(autouse=True)
def _media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def marked(town, clerk, word, status=A.DRAFT):
    """An application with the word in every text that it holds, brought into a status."""
    application = complete_draft(town, clerk, name=f"{word}-name", office=f"{word}-office", contact=f"{word}-contact")
    papers.write_sections(application, {"goals": f"{word}-goals", "data_plan": f"{word}-data"}, by=clerk)
    papers.add_basis(application, {"document": f"{word}-basis", "level": "city"}, by=clerk)
    line = application.lines.get()
    fields = {"name": f"{word}-line", "description": f"{word}-what", "scene": f"{word}-scene"}
    lines.update_line(line, fields, by=clerk)
    item = {"kind": "hardware", "name": f"{word}-item", "specification": f"{word}-spec", "declared": Decimal(7)}
    lines.add_line(application, item, by=clerk)
    papers.name_system(application, SystemFactory(owner=application.department), "current", by=clerk)
    papers.link_data(line, DataResourceFactory(), "read", by=clerk)
    file = SimpleUploadedFile(f"{word}-file.pdf", f"%PDF-{word}".encode())
    attachments.attach(application, file, title=f"{word}-title", by=clerk)
    ended = {"ended_at": timezone.now(), "ended_by": clerk} if status in ENDED else {}
    submitted = {"submitted_at": timezone.now()} if status in UNDER_WAY | {A.REJECTED} else {}
    Application.objects.filter(pk=application.pk).update(status=status, **ended, **submitted)
    return Application.objects.get(pk=application.pk)


@pytest.fixture
def crowd(town):
    """Everybody who might look, by name."""
    other = open_city("other")
    torn = person(town.police, Role.CLERK)
    MembershipFactory(user=torn, department=town.bureau, role=Role.REVIEWER)
    found = vars(town.people) | {
        "stranger": UserFactory(),
        "expert": person(town.bureau, Role.EXPERT),
        "joint": person(town.police, Role.JOINT),
        "security": person(town.bureau, Role.SECURITY_ADMIN),
        "district": person(town.bureau, Role.DISTRICT_ADMIN),
        "torn": torn,
        "other_clerk": other.people.health,
        "other_intake": other.people.intake,
        "other_head": other.people.head,
        "other_auditor": other.people.auditor,
        "other_finance": other.people.finance,
    }
    return found


def test_list_and_object_agree_for_every_actor_and_status(town, crowd):
    rows = [
        marked(town, clerk, f"w{n}", status)
        for n, (clerk, status) in enumerate(product((town.people.health, town.people.police), A))
    ]
    for (name, user), row in product(crowd.items(), rows):
        listed = Application.objects.visible_to(user).filter(pk=row.pk).exists()
        allowed = user.has_perm("projects.view_application", row)
        assert listed == allowed, (name, row.department, row.status)
        for model in PARTS.values():
            parts = model.objects.filter(application=row)
            assert set(model.objects.visible_to(user).filter(application=row)) == (set(parts) if listed else set())


def test_who_sees_what(town, crowd):
    draft = marked(town, town.people.health, "d")
    sent = marked(town, town.people.health, "s", A.SUBMITTED)
    sees = {
        name: [row.status for row in (draft, sent) if Application.objects.visible_to(user).contains(row)]
        for name, user in crowd.items()
    }
    everything = {"health", "health_leader", "auditor"}
    submitted = {"intake", "li", "wang", "zhou", "head", "finance", "district"}
    for name, found in sees.items():
        wanted = ["draft", "submitted"] if name in everything else ["submitted"] if name in submitted else []
        assert found == wanted, name


def addresses(application):
    """Every page of the application that is only read."""
    for name in READ:
        yield reverse(f"projects:{name}", args=[application.number])
    for line in application.lines.all():
        yield reverse("projects:line", args=[application.number, line.pk])
    for file in application.attachments.all():
        yield reverse("projects:file", args=[application.number, file.pk])
    for name in ("progress", "clock", "intake"):
        yield reverse(f"reviews:{name}", args=[application.number])


def test_pages_show_nothing_of_what_is_not_in_sight(town, crowd, client):
    rows = {
        word: marked(town, clerk, word, status)
        for word, clerk, status in (
            ("canaryone", town.people.health, A.DRAFT),
            ("canarytwo", town.people.health, A.SUBMITTED),
            ("canarysix", town.people.health, A.CONSOLIDATION),
        )
    }
    for name, user in crowd.items():
        client.force_login(user)
        for word, row in rows.items():
            is_seen = user.has_perm("projects.view_application", row)
            for url in addresses(row):
                response = client.get(url)
                body = b"".join(response.streaming_content) if response.streaming else response.content
                if is_seen:
                    assert response.status_code in {200, 302, 403}, (name, url)
                else:
                    assert response.status_code == 404, (name, url)
                    assert word.encode() not in body, (name, url)
        for url in ("/projects/", "/projects/?q=canary", "/projects/?ordering=-declared", "/projects/export.csv", "/"):
            response = client.get(url)
            body = b"".join(response.streaming_content) if response.streaming else response.content
            for word, row in rows.items():
                if not user.has_perm("projects.view_application", row):
                    assert word.encode() not in body, (name, url)
        queue = client.get("/reviews/?view=consolidation")
        assert queue.status_code == (
            200 if name in {"intake", "li", "wang", "zhou", "head", "other_intake", "other_head"} else 403
        )
        assert (b"canarysix" in queue.content) == (name in {"intake", "li", "wang", "zhou", "head"})


def test_programs_read_nothing_of_what_is_not_in_sight(town, crowd):
    row = marked(town, town.people.health, "canary", A.DRAFT)
    sent = marked(town, town.people.health, "seen", A.SUBMITTED)
    for user in crowd.values():
        program, is_seen = Program(user), user.has_perm("projects.view_application", row)
        for noun in ("applications", *PARTS):
            body = program.get(V1 + noun + "/", {"limit": 200}).content.decode()
            assert ("canary-" in body) == (is_seen and noun != "named-systems")
            assert ("seen-" in body) == (user.has_perm("projects.view_application", sent) and noun != "named-systems")
        for noun, model in PARTS.items():
            for pk in model.objects.filter(application=row).values_list("pk", flat=True):
                assert program.get(f"{V1}{noun}/{pk}/").status_code == (200 if is_seen else 404)
        assert program.get(f"{V1}applications/{row.pk}/").status_code == (200 if is_seen else 404)
        for tail in ("checks/", "clock/", "corrections/"):
            assert program.get(f"{V1}applications/{row.pk}/{tail}").status_code == (200 if is_seen else 404)


@pytest.mark.parametrize("name", WRITE)
def test_every_address_that_changes_something_asks_who(town, client, name):
    """Not in sight: 404. In sight of another role or department's leader: 403. Never a change."""
    row = marked(town, town.people.health, "w", A.SUBMITTED)
    pattern = next(p for p in urlpatterns if p.name == name)
    pks = {
        "line": row.lines.first().pk,
        "data": row.lines.first().data_links.first() and row.lines.first().data_links.first().pk,
        "basis": row.bases.first().pk,
        "system": row.system_links.first().pk,
        "file": row.attachments.first().pk,
    }
    more = [pks[name.partition("-")[0]]] if "pk" in pattern.pattern.converters else []
    url = reverse(f"projects:{name}", args=[row.number, *more])
    before = Application.objects.get(pk=row.pk).version
    for user, status in (
        (town.people.police, 404),
        (open_city("elsewhere").people.intake, 404),
        (town.people.li, 403),
        (town.people.finance, 403),
        (town.people.auditor, 403),
    ):
        client.force_login(user)
        assert client.post(url).status_code == status, user
    client.logout()
    assert client.post(url).status_code == 302
    assert Application.objects.get(pk=row.pk).version == before
