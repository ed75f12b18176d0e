"""A whole scene of two cities: one of every kind of record, with canaries in what one department alone may read."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from catalog.models import DataItem, FunctionCategory
from catalog.services import functions, systems
from common.documents.shipped import shipped
from common.models import AuditEvent
from common.tokens import make_token
from governance.models import CalendarDay, CalendarYear, Department, Notification, PolicyParameter, User
from governance.services.documents import upload_template
from governance.states import Role
from projects.models import Application, Project
from projects.services import attachments, lines, papers
from projects.states import ApplicationStatus
from reviews.models import (
    CapabilityRequest,
    Cluster,
    ClusterMember,
    CorrectionRequest,
    EndRequest,
    Finding,
    ImportFile,
    Intake,
    MatchWeights,
    PairVerdict,
    Screening,
    ScreeningChunk,
)
from reviews.services import acts
from reviews.services.plan import plan
from tests import scenes
from tests.factories import (
    CapabilityFactory,
    DataResourceFactory,
    LineFactory,
    MembershipFactory,
    RoundFactory,
    SystemFactory,
    UserFactory,
    city,
    complete_draft,
    person,
)
from tests.scenes import keep, merge, module

CANARY = "CANARY7731"  # in every text of the health commission that nobody outside it and the authority reads
AMOUNT = Decimal("91735284.67")  # and in its amounts
AMOUNT_WORDS = ("91735284", "91,735,284", "9173.53", "9,173.53", "9173528467")
A = ApplicationStatus


def build() -> SimpleNamespace:
    """The first batch is locked; the second runs. Everything of the second that is health's carries the canary."""
    here, there = city("here"), city("there")
    first, elsewhere = scenes.locked(here), scenes.locked(there)
    second = SimpleNamespace(
        **vars(here) | {"round": RoundFactory(jurisdiction=here.jurisdiction, batch=2, status="open")}
    )
    scene = SimpleNamespace(here=second, there=there, first=first, elsewhere=elsewhere, round=second.round)
    scene.people = second.people
    _inventory(scene)
    _applications(scene)
    _review(scene)
    _acts(scene)
    _governance(scene)
    _parts(scene)
    return scene


def _parts(scene: SimpleNamespace) -> None:
    """The parts of health's application, for the addresses that name one."""
    made = scene.application
    scene.section, scene.basis = made.sections.get(key="goals"), made.bases.get(document__contains=CANARY)
    scene.system_link, scene.file = made.system_links.get(), made.attachments.get()
    scene.data_link = scene.line.data_links.get()
    scene.system_version = scene.system.versions.latest("pk")
    scene.project = Project.objects.get(application=scene.first.health_application)
    scene.entry = scene.first.budget.entries.latest("pk")
    scene.event = AuditEvent.objects.filter(target_id=made.pk, target_type="projects.application").latest("pk")


def _inventory(scene: SimpleNamespace) -> None:
    here, people = scene.here, scene.people
    inside = dict.fromkeys(
        ("office", "contact", "vendor", "operator", "cloud_node", "technology", "mlps_filing"), CANARY
    )
    scene.system = SystemFactory(owner=here.health, code="WJ-1", name="卫生系统", build_cost=AMOUNT, **inside)
    scene.function = functions.add(scene.system, {"name": "电子病历", "description": "调阅"}, by=people.health)
    systems.update(scene.system, {"contact": f"{CANARY}-2"}, by=people.health, reason=f"{CANARY} 换人")
    scene.category = FunctionCategory.objects.create(code="f1", name="地图类")
    scene.capability = CapabilityFactory(jurisdiction=here.jurisdiction, provider=here.bureau, name="地图服务")
    scene.resource = DataResourceFactory(provider=here.health, name="人口库")
    DataItem.objects.create(resource=scene.resource, name="编号")


def _applications(scene: SimpleNamespace) -> None:
    scene.draft = _marked(scene, A.DRAFT)
    scene.submitted = _marked(scene, A.SUBMITTED)
    scene.corrected = _marked(scene, A.CORRECTION)
    scene.application = _marked(scene, A.CONSOLIDATION)
    scene.line = module(scene.application)
    scene.unknown = LineFactory(application=scene.application, sequence=9, name=f"{CANARY}-gap", declared=None)
    scene.police = scenes.application(scene.here, "police", 200, 300)
    scene.transport = scenes.application(scene.here, "transport", 50)


def _marked(scene: SimpleNamespace, status: ApplicationStatus) -> Application:
    """An application of health with the canary in every text that it holds."""
    clerk = scene.people.health
    made = complete_draft(
        scene.here, clerk, name=f"{CANARY}-name", office=f"{CANARY}-office", contact=f"{CANARY}-contact"
    )
    papers.write_sections(made, {"goals": f"{CANARY}-goals"}, by=clerk)
    papers.add_basis(made, {"document": f"{CANARY}-basis", "level": "city"}, by=clerk)
    papers.name_system(made, scene.system, "current", by=clerk)
    line = made.lines.get()
    lines.update_line(line, {"name": f"{CANARY}-line", "description": f"{CANARY}-what", "declared": AMOUNT}, by=clerk)
    item = {"kind": "hardware", "name": f"{CANARY}-item", "specification": f"{CANARY}-spec", "declared": Decimal(7)}
    lines.add_line(made, item, by=clerk)
    papers.link_data(line, scene.resource, "read", by=clerk)
    file = SimpleUploadedFile(f"{CANARY}-file.pdf", f"%PDF-{CANARY}".encode())
    attachments.attach(made, file, title=f"{CANARY}-title", by=clerk)
    moment = {} if status == A.DRAFT else {"submitted_at": timezone.now()}
    Application.objects.filter(pk=made.pk).update(status=status, **moment)
    made.refresh_from_db()
    return made


def _review(scene: SimpleNamespace) -> None:
    people, today = scene.people, timezone.localdate()
    for made in (scene.submitted, scene.corrected, scene.application, scene.police, scene.transport):
        Intake.objects.create(application=made, screened_at=timezone.now())
    CorrectionRequest.objects.create(
        intake=scene.corrected.intake, message=f"{CANARY}-ask", due_on=today, asked_by=people.intake
    )
    scene.cluster = Cluster.objects.create(round=scene.round, name="同类模块")
    for line in (scene.line, module(scene.police)):
        ClusterMember.objects.create(cluster=scene.cluster, line=line)
    scene.finding = Finding.objects.create(
        line=scene.line, other_line=module(scene.police), pool="round", band="look", pair_key="a"
    )
    Finding.objects.create(line=module(scene.police), other_line=scene.line, pool="round", band="look", pair_key="b")
    Finding.objects.create(line=module(scene.transport), other_line=scene.line, pool="round", band="look", pair_key="c")
    Finding.objects.create(line=scene.line, capability=scene.capability, pool="catalog", band="look", pair_key="d")
    scene.verdict = PairVerdict.objects.create(
        jurisdiction=scene.here.jurisdiction,
        pair_key="a",
        verdict="related",
        reason=CANARY,
        left={"record": CANARY, "name": CANARY},
        by=people.li,
    )
    scene.end_request = EndRequest.objects.create(
        application=scene.submitted, to="deferred", reason=f"{CANARY}-end", asked_by=people.li
    )
    scene.screening = Screening.objects.create(round=scene.round, state="done", finished_at=timezone.now())
    ScreeningChunk.objects.create(screening=scene.screening, number=1, applications=[scene.application.pk])
    scene.weights = MatchWeights.objects.create(
        jurisdiction=scene.here.jurisdiction,
        number=1,
        state="candidate",
        values={"version": "c-1"},
        verdicts=60,
        last_verdict=timezone.now(),
    )
    scene.imported = ImportFile.objects.create(
        round=scene.round, filename="a.csv", content=CANARY.encode(), map_text="{}", brought_by=people.intake
    )


def _acts(scene: SimpleNamespace) -> None:
    """One planned on health's lines; one proposed, one confirmed and one contested that do not touch transport."""
    li, wang = scene.people.li, scene.people.wang
    item = scene.application.lines.get(sequence=2)
    scene.planned = plan(f"{CANARY}-plan", [keep(item)], by=li, title=f"{CANARY}-act")
    scene.proposed = acts.propose(plan("保留", [keep(module(scene.police, 2))], by=li), by=li)
    choices = [keep(module(scene.police)), merge(scene.line, module(scene.police), 1000, 500)]
    scene.act = scenes.decide(scene.here, *choices, settled=False)
    other = scenes.application(scene.here, "police", 80)
    scene.contested = scenes.decide(scene.here, keep(module(other)), settled=False)
    acts.contest(scene.contested, scene.here.police, by=scene.people.police, text="不同意")
    acts.ask_undo(scene.act, by=li)
    _requests(scene)
    for act in (scene.planned, scene.proposed, scene.act, scene.contested):
        act.refresh_from_db()
    assert wang.pk == scene.act.confirmed_by_id
    scene.opinion = scene.act.opinions.get(department=scene.here.health)


def _requests(scene: SimpleNamespace) -> None:
    """Health asks for the map, for its running application: granted, so that its use is no secret of the authority."""
    asked = {"capability": scene.capability, "department": scene.here.health, "asked_by": scene.people.health}
    granted = {"status": "granted", "quota": 3, "decided_at": timezone.now(), "decided_by": scene.people.catalog}
    scene.capability_request = CapabilityRequest.objects.create(
        application=scene.application, purpose=f"{CANARY}-need", **asked, **granted
    )
    CapabilityRequest.objects.create(
        application=scene.submitted, line=module(scene.submitted), act=scene.act, purpose=f"{CANARY}-module", **asked
    )


def _governance(scene: SimpleNamespace) -> None:
    scene.policy = PolicyParameter.objects.create(
        jurisdiction=scene.here.jurisdiction,
        key="opinion_days",
        value=5,
        source_document="办法",
        valid_from=date(2026, 1, 1),
    )
    scene.day = CalendarDay.objects.create(day=date(2027, 1, 4), is_workday=True, note="调休")
    CalendarYear.objects.create(year=2028, document="通知")
    scene.document_template = upload_template(
        scene.here.jurisdiction, "notice", "en", "notice.docx", shipped(False, "en"), by=scene.people.head
    )
    scene.membership = scene.people.health.memberships.get()
    scene.token, _secret = make_token(scene.people.health, 24)
    scene.notification = Notification.objects.create(
        membership=scene.membership, kind="application", action="application.accepted", title=f"{CANARY}-told",
        url=f"/projects/{scene.application.number}/", key="event-0", at=timezone.now(),
    )  # fmt: skip


def crowd(scene: SimpleNamespace) -> dict[str, User]:
    """Everybody who might look, by name: every role here, the same from another city, and nobody in particular."""
    here, people, there = scene.here, scene.people, scene.there.people
    torn = person(here.police, Role.CLERK, username="torn")
    MembershipFactory(user=torn, department=here.bureau, role=Role.REVIEWER)
    return {
        "owner": people.health,
        "touched": people.police,
        "stranger": people.transport,
        "intake": people.intake,
        "reviewer": people.li,
        "head": people.head,
        "catalog": people.catalog,
        "finance": people.finance,
        "auditor": people.auditor,
        "bureau clerk": people.bureau_clerk,
        **_others(here.bureau),
        "torn": torn,
        "clerk elsewhere": there.health,
        "reviewer elsewhere": there.li,
        "head elsewhere": there.head,
        "finance elsewhere": there.finance,
        "auditor elsewhere": there.auditor,
        "nobody": UserFactory(username="nobody"),
    }


def _others(bureau: Department) -> dict[str, User]:
    """The roles that `city` has nobody for."""
    roles = (
        Role.PROCUREMENT,
        Role.JOINT,
        Role.EXPERT,
        Role.DISTRICT_ADMIN,
        Role.SYSTEM_ADMIN,
        Role.SECURITY_ADMIN,
        Role.AUDIT_ADMIN,
    )
    return {str(role): person(bureau, role, username=f"role-{role}") for role in roles}


def body_of(response: Any) -> str:
    raw = b"".join(response.streaming_content) if response.streaming else response.content
    return raw.decode("utf-8", "ignore")
