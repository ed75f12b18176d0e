"""The database itself refuses what is never true of intake, screening, endings, imports and lists."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone

from projects.models import Component, Project
from reviews.models import (
    AnnualList,
    ComponentFunding,
    CorrectionRequest,
    EndRequest,
    Finding,
    ImportFile,
    Intake,
    ListProject,
    ListVersion,
    MatchWeights,
    PairVerdict,
    Screening,
    ScreeningChunk,
    TextVector,
    VersionProject,
    VersionYear,
    YearPlan,
)
from tests.factories import (
    ApplicationFactory,
    CapabilityFactory,
    FundingSourceFactory,
    JurisdictionFactory,
    LineFactory,
    RoundFactory,
    SystemFunctionFactory,
    UserFactory,
)
from tests.refusals import assert_refused, change, twice

pytestmark = pytest.mark.django_db


def annual_list() -> AnnualList:
    return AnnualList.objects.create(round=RoundFactory())


def project() -> Project:
    application = ApplicationFactory()
    jurisdiction, lead = application.round.jurisdiction, application.department
    return Project.objects.create(
        code="XM-1", name="项目", jurisdiction=jurisdiction, lead=lead, application=application
    )


def entry() -> ListProject:
    return ListProject.objects.create(annual_list=annual_list(), project=project(), status="listed")


def funding() -> ComponentFunding:
    component = Component.objects.create(project=project(), code="XM-1/1", name="模块")
    source = FundingSourceFactory(jurisdiction=component.project.jurisdiction)
    return ComponentFunding.objects.create(annual_list=annual_list(), component=component, source=source, amount=1)


def plan() -> YearPlan:
    return YearPlan.objects.create(annual_list=annual_list(), project=project(), year=2028, amount=1)


def version() -> ListVersion:
    return ListVersion.objects.create(annual_list=annual_list(), number=1, by=UserFactory())


def version_project() -> VersionProject:
    return VersionProject.objects.create(
        version=version(), project=project(), status="listed", name="项目", lead_name="市卫生健康委"
    )


def version_year() -> VersionYear:
    return VersionYear.objects.create(entry=version_project(), year=2027, amount=1)


def end_request(**values: Any) -> EndRequest:
    known = {"application": ApplicationFactory(), "to": "rejected", "reason": "不符合规划", "asked_by": UserFactory()}
    return EndRequest.objects.create(**known | values)


def granted_by_who_asked() -> EndRequest:
    asked = UserFactory()
    return end_request(asked_by=asked, closed_by=asked, closed_at=timezone.now(), is_granted=True)


def import_file() -> ImportFile:
    return ImportFile.objects.create(
        round=RoundFactory(), filename="a.csv", content=b"x", map_text="{}", brought_by=UserFactory()
    )


def intake() -> Intake:
    return Intake.objects.create(application=ApplicationFactory())


def correction() -> CorrectionRequest:
    return CorrectionRequest.objects.create(
        intake=intake(), message="补正", due_on=timezone.localdate(), asked_by=UserFactory()
    )


def screening(**values: Any) -> Screening:
    return Screening.objects.create(**{"round": RoundFactory()} | values)


def chunk() -> ScreeningChunk:
    return ScreeningChunk.objects.create(screening=screening(), number=1)


def vector() -> TextVector:
    return TextVector.objects.create(model="e5", key="a", vector=b"x")


def finding(**values: Any) -> Finding:
    return Finding.objects.create(
        **{"line": LineFactory(), "pool": "round", "band": "likely", "pair_key": "a"} | values
    )


def finding_of_a_line() -> Finding:
    return finding(other_line=LineFactory())


def finding_of_a_function() -> Finding:
    return finding(function=SystemFunctionFactory())


def finding_of_a_capability() -> Finding:
    return finding(capability=CapabilityFactory())


def finding_of_itself() -> Finding:
    line = LineFactory()
    return finding(line=line, other_line=line)


def verdict() -> PairVerdict:
    return PairVerdict.objects.create(
        jurisdiction=JurisdictionFactory(), pair_key="a", verdict="duplicate", by=UserFactory()
    )


def weights(**values: Any) -> MatchWeights:
    known = {"jurisdiction": JurisdictionFactory(), "number": 1, "state": "candidate", "values": {}, "verdicts": 50}
    return MatchWeights.objects.create(**known | {"last_verdict": timezone.now()} | values)


def weights_in_use() -> MatchWeights:
    return weights(state="active", activated_at=timezone.now(), activated_by=UserFactory())


CASES = {
    "reviews_listproject_once": twice(entry),
    "reviews_listproject_status_valid": change(entry, status="x"),
    "reviews_listproject_priority_valid": change(entry, priority=9),
    "reviews_funding_once": twice(funding, amount=2),
    "reviews_componentfunding_amount_not_negative": change(funding, amount=-1),
    "reviews_yearplan_once": twice(plan, amount=2),
    "reviews_yearplan_amount_not_negative": change(plan, amount=-1),
    "reviews_listversion_once": twice(version),
    "reviews_listversion_from_1": change(version, number=0),
    "reviews_versionproject_once": twice(version_project),
    "reviews_versionproject_status_valid": change(version_project, status="lapsed"),
    "reviews_versionyear_once": twice(version_year, amount=2),
    "reviews_versionyear_amount_not_negative": change(version_year, amount=-1),
    "reviews_endrequest_to_valid": change(end_request, to="withdrawn"),
    "reviews_endrequest_closed_at_together": change(end_request, closed_at=timezone.now()),
    "reviews_endrequest_one_open": twice(end_request, to="deferred"),
    "reviews_endrequest_granted_by_another": granted_by_who_asked,
    "reviews_endrequest_escalation_names_round": change(end_request, to="escalated"),
    "reviews_importfile_imported_at_together": change(import_file, imported_at=timezone.now()),
    "reviews_intake_accepted_at_together": change(intake, accepted_at=timezone.now()),
    "reviews_correctionrequest_answered_at_together": change(correction, answered_at=timezone.now()),
    "reviews_correction_one_open": twice(correction, message="再补正"),
    "reviews_screening_state_valid": change(screening, state="x"),
    "reviews_screening_one_running": twice(screening, state="running"),
    "reviews_screening_finished_has_moment": change(screening, state="done"),
    "reviews_chunk_once": twice(chunk),
    "reviews_screeningchunk_state_valid": change(chunk, state="x"),
    "reviews_screeningchunk_step_valid": change(chunk, step="x"),
    "reviews_screeningchunk_cells_valid": change(chunk, cells="x"),
    "reviews_textvector_once": twice(vector, vector=b"y"),
    "reviews_finding_pool_valid": lambda: finding(other_line=LineFactory(), pool="x"),
    "reviews_finding_band_valid": lambda: finding(other_line=LineFactory(), band="x"),
    "reviews_finding_line_once": twice(finding_of_a_line),
    "reviews_finding_function_once": twice(finding_of_a_function),
    "reviews_finding_capability_once": twice(finding_of_a_capability),
    "reviews_finding_not_itself": finding_of_itself,
    "reviews_finding_unmatched_is_doubtful": finding,
    "reviews_pairverdict_verdict_valid": change(verdict, verdict="x"),
    "reviews_matchweights_state_valid": change(weights, state="x"),
    "reviews_matchweights_number_once": twice(weights, state="refused"),
    "reviews_matchweights_one_active": twice(weights_in_use, number=2),
    "reviews_matchweights_activated_at_together": change(weights, activated_at=timezone.now()),
    "reviews_matchweights_used_has_moment": change(weights, state="active"),
    "reviews_pairverdict_once": twice(verdict, verdict="different"),
}


@pytest.mark.parametrize("name", CASES)
def test_the_database_refuses(name: str) -> None:
    assert_refused(name, CASES[name])
