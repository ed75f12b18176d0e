"""The database itself refuses what is never true of applications and projects."""

from datetime import date

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction
from django.db.models import CheckConstraint
from django.utils import timezone

from projects.models import (
    Application,
    ApplicationBasis,
    ApplicationSection,
    ApplicationSystem,
    LineBase,
    LineData,
    LineEdit,
    LineSource,
    Participant,
    Project,
)
from tests.factories import (
    ApplicationFactory,
    CapabilityFactory,
    DataResourceFactory,
    DepartmentFactory,
    LineFactory,
    SystemFactory,
)

pytestmark = pytest.mark.django_db


def change(factory, **values):
    """An UPDATE of a good row, past every form and service."""

    def act():
        row = factory()
        type(row).objects.filter(pk=row.pk).update(**values)

    return act


def to_itself(factory, name):
    def act():
        row = factory()
        type(row).objects.filter(pk=row.pk).update(**{name: row.pk})

    return act


def twice(make):
    """The same row a second time."""

    def act():
        row = make()
        row.pk = None
        row._state.adding = True
        row.save()

    return act


def item(**values):
    return LineFactory(kind="hardware", **values)


def source(**values):
    row = LineFactory().sources.get()
    LineSource.objects.filter(pk=row.pk).update(**values)
    return row


def project(**values):
    application = ApplicationFactory()
    known = {"code": "XM", "name": "项目", "jurisdiction": application.round.jurisdiction, "application": application}
    return Project.objects.create(lead=application.department, **known | values)


def base():
    line = item()
    return LineBase.objects.create(line=line, base=LineFactory(application=line.application))


def base_of_itself():
    line = item()
    LineBase.objects.create(line=line, base=line)


def data(access="read"):
    return LineData.objects.create(line=LineFactory(), resource=DataResourceFactory(), access=access)


def edit(**values):
    owner = ApplicationFactory()
    return LineEdit.objects.create(application=owner, by=owner.drafter, kind="changed", name="x", version=1, **values)


def section(key="goals"):
    return ApplicationSection.objects.create(application=ApplicationFactory(), key=key, text="x")


def basis(**values):
    fields = {"application": ApplicationFactory(), "document": "规划", "level": "city"} | values
    return ApplicationBasis.objects.create(**fields)


def named(part="current"):
    return ApplicationSystem.objects.create(application=ApplicationFactory(), system=SystemFactory(), part=part)


def part(role="beneficiary"):
    return Participant.objects.create(project=project(), department=DepartmentFactory(), role=role)


def two_leads():
    first = part("lead")
    Participant.objects.create(project=first.project, department=DepartmentFactory(), role="lead")


CASES = {
    "projects_application_status_valid": change(ApplicationFactory, status="x"),
    "projects_application_kind_valid": change(ApplicationFactory, kind="x"),
    "projects_application_category_valid": change(ApplicationFactory, category="x"),
    "projects_application_build_mode_valid": change(ApplicationFactory, build_mode="x"),
    "projects_application_domain_valid": change(ApplicationFactory, domain="x"),
    "projects_application_network_valid": change(ApplicationFactory, network="x"),
    "projects_application_signed_off_at_together": change(ApplicationFactory, signed_off_at=timezone.now()),
    "projects_application_ended_at_together": change(ApplicationFactory, ended_at=timezone.now()),
    "projects_application_starts_on_before_ends_on": change(
        ApplicationFactory, starts_on=date(2027, 2, 1), ends_on=date(2027, 1, 1)
    ),
    "projects_application_yearly_operating_cost_not_negative": change(ApplicationFactory, yearly_operating_cost=-1),
    "projects_application_under_way_was_submitted": change(ApplicationFactory, status="submitted"),
    "projects_application_ended_has_moment": change(ApplicationFactory, status="withdrawn"),
    "projects_application_urgent_has_reason": change(ApplicationFactory, is_urgent=True),
    "projects_application_not_renewing_itself": to_itself(ApplicationFactory, "renews"),
    "projects_application_has_name": change(ApplicationFactory, name=""),
    "projects_lineedit_kind_valid": change(edit, kind="x"),
    "projects_line_sequence_once": twice(LineFactory),
    "projects_line_kind_valid": change(LineFactory, kind="x"),
    "projects_line_change_valid": change(LineFactory, change="x"),
    "projects_line_catalog_answer_valid": lambda: LineFactory(capability=CapabilityFactory(), catalog_answer="x"),
    "projects_line_declared_not_negative": change(LineFactory, declared=-1),
    "projects_line_rate_0_to_1": change(item, rate=2),
    "projects_line_module_stands_alone": change(LineFactory, rate=1),
    "projects_line_only_modules_build": lambda: item(builds=CapabilityFactory()),
    "projects_line_answer_names_capability": change(LineFactory, catalog_answer="use"),
    "projects_line_not_serving_itself": to_itself(item, "serves"),
    "projects_line_has_name": change(LineFactory, name=""),
    "projects_linebase_once": twice(base),
    "projects_linebase_not_itself": base_of_itself,
    "projects_linesource_once": twice(source),
    "projects_linesource_amount_not_negative": lambda: source(amount=-1),
    "projects_linedata_once": twice(data),
    "projects_linedata_access_valid": lambda: data("x"),
    "projects_section_once": twice(section),
    "projects_applicationsection_key_valid": lambda: section("x"),
    "projects_applicationbasis_level_valid": lambda: basis(level="x"),
    "projects_basis_has_document": lambda: basis(document=""),
    "projects_applicationsystem_once": twice(named),
    "projects_applicationsystem_part_valid": lambda: named("x"),
    "projects_project_own_or_inherited": lambda: project(application=None),
    "projects_participant_once": twice(part),
    "projects_participant_role_valid": lambda: part("x"),
    "projects_participant_one_lead": two_leads,
}
CONSTRAINTS = {c.name: c for model in apps.get_app_config("projects").get_models() for c in model._meta.constraints}


def test_every_constraint_has_its_case():
    assert set(CASES) == set(CONSTRAINTS)


@pytest.mark.parametrize("name", CASES)
def test_the_database_refuses(name):
    with pytest.raises(IntegrityError) as refusal, transaction.atomic():
        CASES[name]()
    if isinstance(CONSTRAINTS[name], CheckConstraint) or connection.vendor == "postgresql":
        assert name in str(refusal.value)


def test_numbers_and_links_are_taken_once():
    first = ApplicationFactory()
    with pytest.raises(IntegrityError), transaction.atomic():
        ApplicationFactory(number=first.number)
    ApplicationFactory(escalated_from=first)
    with pytest.raises(IntegrityError), transaction.atomic():
        ApplicationFactory(escalated_from=first)
    assert Application.objects.count() == 2
