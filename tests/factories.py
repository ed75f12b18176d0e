"""One factory per model; no surprises. A small city stands behind `city()`."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from types import SimpleNamespace

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from catalog.models import Capability, DataResource, System, SystemFunction
from catalog.states import CapabilityKind, CapabilityStatus
from governance.models import Department, FundingSource, Jurisdiction, Membership, Round, User
from governance.states import DepartmentKind, Role, RoundStatus
from projects.models import Application, Line, LineSource
from projects.services import drafts, lines, papers
from projects.states import REQUIRED_SECTIONS, UNDER_WAY, ApplicationStatus, LineKind


class JurisdictionFactory(DjangoModelFactory):
    class Meta:
        model = Jurisdiction

    code = factory.Sequence(lambda n: f"city{n}")
    name = factory.Sequence(lambda n: f"江城市{n}")


class DepartmentFactory(DjangoModelFactory):
    class Meta:
        model = Department

    jurisdiction = factory.SubFactory(JurisdictionFactory)
    code = factory.Sequence(lambda n: f"d{n}")
    name = factory.Sequence(lambda n: f"市第{n}局")


class UserFactory(DjangoModelFactory):
    class Meta:
        model = User

    username = factory.Sequence(lambda n: f"user{n}")
    display_name = factory.Sequence(lambda n: f"王{n}")


class MembershipFactory(DjangoModelFactory):
    class Meta:
        model = Membership

    user = factory.SubFactory(UserFactory)
    department = factory.SubFactory(DepartmentFactory)
    role = Role.CLERK


def person(department: Department, role: Role | str, **more: object) -> User:
    """A user who acts in one role of one department."""
    user = UserFactory(**more)
    MembershipFactory(user=user, department=department, role=role)
    return user


class RoundFactory(DjangoModelFactory):
    class Meta:
        model = Round

    jurisdiction = factory.SubFactory(JurisdictionFactory)
    year = 2027
    batch = factory.Sequence(lambda n: n + 1)
    name = factory.LazyAttribute(lambda o: f"{o.year} 年度第 {o.batch} 批")
    status = RoundStatus.CLOSED


class FundingSourceFactory(DjangoModelFactory):
    class Meta:
        model = FundingSource
        django_get_or_create = ("jurisdiction", "code")

    jurisdiction = factory.SubFactory(JurisdictionFactory)
    code = "city"
    name = factory.LazyAttribute(lambda o: o.code)


class CapabilityFactory(DjangoModelFactory):
    class Meta:
        model = Capability

    code = factory.Sequence(lambda n: f"cap-{n}")
    name = factory.Sequence(lambda n: f"共性能力{n}")
    kind = CapabilityKind.APPLICATION_SUPPORT
    status = CapabilityStatus.AVAILABLE
    jurisdiction = factory.SubFactory(JurisdictionFactory)
    provider = factory.SubFactory(DepartmentFactory, jurisdiction=factory.SelfAttribute("..jurisdiction"))
    built_centrally = "统一建设"
    services_offered = "统一服务"
    department_builds = "接入适配"


class SystemFactory(DjangoModelFactory):
    class Meta:
        model = System

    code = factory.Sequence(lambda n: f"sys-{n}")
    name = factory.Sequence(lambda n: f"业务系统{n}")
    owner = factory.SubFactory(DepartmentFactory)


class SystemFunctionFactory(DjangoModelFactory):
    class Meta:
        model = SystemFunction

    system = factory.SubFactory(SystemFactory)
    name = factory.Sequence(lambda n: f"功能{n}")


class DataResourceFactory(DjangoModelFactory):
    class Meta:
        model = DataResource

    code = factory.Sequence(lambda n: f"data-{n}")
    name = factory.Sequence(lambda n: f"数据资源{n}")
    provider = factory.SubFactory(DepartmentFactory)


class ApplicationFactory(DjangoModelFactory):
    class Meta:
        model = Application

    number = factory.Sequence(lambda n: f"SB2027-{n + 5001}")  # apart from the numbers that services give out
    round = factory.SubFactory(RoundFactory)
    department = factory.SubFactory(DepartmentFactory, jurisdiction=factory.SelfAttribute("..round.jurisdiction"))
    name = factory.Sequence(lambda n: f"申报项目{n}")
    drafter = factory.SubFactory(UserFactory)
    status = ApplicationStatus.DRAFT
    submitted_at = factory.LazyAttribute(lambda o: timezone.now() if o.status in UNDER_WAY else None)


class LineFactory(DjangoModelFactory):
    """A line whose whole amount comes from the source `city` in the round's year."""

    class Meta:
        model = Line
        skip_postgeneration_save = True

    application = factory.SubFactory(ApplicationFactory)
    sequence = factory.Sequence(lambda n: n + 1)
    kind = LineKind.MODULE
    name = factory.Sequence(lambda n: f"功能模块{n}")
    declared = Decimal("100.00")

    @factory.post_generation
    def money(line, create, extracted, **kwargs):  # noqa: N805
        if not create or line.declared is None:
            return
        round = line.application.round
        for code, amount in (extracted or {"city": line.declared}).items():
            source = FundingSourceFactory(jurisdiction=round.jurisdiction, code=code)
            LineSource.objects.create(line=line, source=source, year=round.year, amount=amount)


def city(code: str = "city") -> SimpleNamespace:
    """A jurisdiction with its authority, finance, three departments, people in every role, and a round."""
    jurisdiction = JurisdictionFactory(code=code, name="江城市")
    bureau = DepartmentFactory(
        jurisdiction=jurisdiction, code=f"{code}-bureau", name="市大数据局", kind=DepartmentKind.AUTHORITY
    )
    jurisdiction.authority = bureau
    jurisdiction.save()
    finance = DepartmentFactory(
        jurisdiction=jurisdiction, code=f"{code}-finance", name="市财政局", kind=DepartmentKind.FINANCE
    )
    names = {"health": "市卫生健康委", "police": "市公安局", "transport": "市交通运输局"}
    departments = {
        key: DepartmentFactory(jurisdiction=jurisdiction, code=f"{code}-{key}", name=name)
        for key, name in names.items()
    }
    people = {
        **{key: person(place, Role.CLERK, username=f"{code}-{key}-clerk") for key, place in departments.items()},
        **{
            f"{key}_leader": person(place, Role.LEADER, username=f"{code}-{key}-leader")
            for key, place in departments.items()
        },
        "bureau_clerk": person(bureau, Role.CLERK, username=f"{code}-bureau-clerk"),
        "bureau_leader": person(bureau, Role.LEADER, username=f"{code}-bureau-leader"),
        "intake": person(bureau, Role.INTAKE, username=f"{code}-intake"),
        "li": person(bureau, Role.REVIEWER, username=f"{code}-li"),
        "wang": person(bureau, Role.REVIEWER, username=f"{code}-wang"),
        "zhou": person(bureau, Role.REVIEWER, username=f"{code}-zhou"),
        "head": person(bureau, Role.HEAD, username=f"{code}-head"),
        "catalog": person(bureau, Role.CATALOG, username=f"{code}-catalog"),
        "auditor": person(bureau, Role.AUDITOR, username=f"{code}-auditor"),
        "finance": person(finance, Role.FINANCE, username=f"{code}-finance"),
    }
    return SimpleNamespace(
        jurisdiction=jurisdiction,
        bureau=bureau,
        finance=finance,
        round=RoundFactory(jurisdiction=jurisdiction, batch=1),
        source=FundingSourceFactory(jurisdiction=jurisdiction, code="city", name="市财政"),
        people=SimpleNamespace(**people),
        **departments,
    )


def open_city(code: str = "city") -> SimpleNamespace:
    """The same city with its round open for applications."""
    town = city(code)
    town.round.status = RoundStatus.OPEN
    town.round.save()
    return town


def complete_draft(town: SimpleNamespace, clerk: User | None = None, **header: object) -> Application:
    """A draft of the clerk's department (the health commission's) that lacks nothing for sign-off, with one module."""
    clerk = clerk or town.people.health
    known = {
        "name": "基层医疗信息平台", "office": "规划信息处", "leader": "何志远", "contact": "周敏 027-8866 2103",
        "domain": "service", "network": "extranet", "months": 12, "starts_on": date(2027, 3, 1),
        "ends_on": date(2028, 2, 28),
    }  # fmt: skip
    application = drafts.create_application(town.round, by=clerk, **known | header)
    papers.add_basis(application, {"document": "数字政府规划", "level": "city"}, by=clerk)
    papers.write_sections(application, dict.fromkeys(REQUIRED_SECTIONS, "写清楚了。"), by=clerk)
    fields = {"name": "电子病历共享", "description": "调阅与授权", "declared": Decimal("1000000.00")}
    lines.add_line(application, fields, by=clerk)
    application.refresh_from_db()
    return application
