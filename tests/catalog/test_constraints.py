"""The database itself refuses what is never true in the catalog."""

from datetime import date

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction
from django.db.models import CheckConstraint

from catalog.models import Capability, DataItem, DataResource, System, SystemFunction, SystemVersion
from tests.factories import (
    CapabilityFactory,
    DataResourceFactory,
    SystemFactory,
    SystemFunctionFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


def change(factory, **values):
    """An UPDATE of a good row, past every form and service."""

    def act():
        row = factory()
        type(row).objects.filter(pk=row.pk).update(**values)

    return act


def into_itself(name):
    def act():
        row = SystemFactory(planned_fate="absorb", absorbed_into=SystemFactory())
        System.objects.filter(pk=row.pk).update(**{name: row.pk})

    return act


def twice(model, factory, **values):
    def act():
        row = factory()
        for _time in range(2):
            model.objects.create(**{"system" if model is not DataItem else "resource": row}, **values)

    return act


def version(**values):
    SystemVersion.objects.create(
        **{"system": SystemFactory(), "by": UserFactory(), "number": 1, "reason": "改", **values}
    )


CASES = {
    "catalog_capability_kind_valid": change(CapabilityFactory, kind="x"),
    "catalog_capability_status_valid": change(CapabilityFactory, status="x"),
    "catalog_capability_access_mode_valid": change(CapabilityFactory, access_mode="x"),
    "catalog_capability_level_valid": change(CapabilityFactory, level="x"),
    "catalog_capability_valid_from_before_valid_to": change(
        CapabilityFactory, valid_from=date(2027, 1, 2), valid_to=date(2027, 1, 1)
    ),
    "catalog_capability_has_name": change(CapabilityFactory, name=""),
    "catalog_system_status_valid": change(SystemFactory, status="x"),
    "catalog_system_tag_valid": change(SystemFactory, tag="x"),
    "catalog_system_domain_valid": change(SystemFactory, domain="x"),
    "catalog_system_network_valid": change(SystemFactory, network="x"),
    "catalog_system_planned_fate_valid": change(SystemFactory, planned_fate="x"),
    "catalog_system_has_name": change(SystemFactory, name=""),
    "catalog_system_build_cost_not_negative": change(SystemFactory, build_cost=-1),
    "catalog_system_attested_on_together": change(SystemFactory, attested_on=date(2027, 1, 1)),
    "catalog_system_mlps_level": change(SystemFactory, mlps_level=5),
    "catalog_system_absorbed_names_platform": change(SystemFactory, planned_fate="absorb"),
    "catalog_system_replaced_names_capability": change(SystemFactory, planned_fate="replace"),
    "catalog_system_only_absorbed_names_platform": lambda: SystemFactory(absorbed_into=SystemFactory()),
    "catalog_system_only_replaced_names_capability": lambda: SystemFactory(replaced_by=CapabilityFactory()),
    "catalog_system_not_into_itself": into_itself("absorbed_into"),
    "catalog_system_not_its_own_part": into_itself("parent"),
    "catalog_system_cpu_percent": change(SystemFactory, mean_cpu_percent=101),
    "catalog_system_classified_is_pointer": change(SystemFactory, is_classified=True, technology="Java"),
    "catalog_systemfunction_once": twice(SystemFunction, SystemFactory, name="巡查"),
    "catalog_systemfunction_has_name": change(SystemFunctionFactory, name=""),
    "catalog_systemversion_once": twice(SystemVersion, SystemFactory, number=2, reason="改", by_id=1),
    "catalog_systemversion_has_reason": lambda: version(reason=""),
    "catalog_dataresource_sharing_valid": change(DataResourceFactory, sharing="x"),
    "catalog_dataresource_openness_valid": change(DataResourceFactory, openness="x"),
    "catalog_dataresource_has_name": change(DataResourceFactory, name=""),
    "catalog_dataresource_quality_percent": change(DataResourceFactory, quality_percent=101),
    "catalog_dataresource_unshared_has_basis": change(DataResourceFactory, sharing="none"),
    "catalog_dataresource_pooled_is_shared": change(
        DataResourceFactory, sharing="none", legal_basis="保密法", pooled_since=date(2027, 1, 1)
    ),
    "catalog_dataitem_once": twice(DataItem, DataResourceFactory, name="桩号"),
    "catalog_dataitem_has_name": lambda: DataItem.objects.create(resource=DataResourceFactory(), name=""),
}
CONSTRAINTS = {c.name: c for model in apps.get_app_config("catalog").get_models() for c in model._meta.constraints}


def test_every_constraint_has_its_case():
    assert set(CASES) == set(CONSTRAINTS)


@pytest.mark.parametrize("name", CASES)
def test_the_database_refuses(name):
    if name == "catalog_systemversion_once":
        UserFactory(pk=1)
    with pytest.raises(IntegrityError) as refusal, transaction.atomic():
        CASES[name]()
    if isinstance(CONSTRAINTS[name], CheckConstraint) or connection.vendor == "postgresql":
        assert name in str(refusal.value)


@pytest.mark.parametrize("model", [Capability, System, DataResource])
def test_codes_are_taken_once(model):
    factory = {Capability: CapabilityFactory, System: SystemFactory, DataResource: DataResourceFactory}[model]
    factory(code="A-1")
    with pytest.raises(IntegrityError), transaction.atomic():
        factory(code="A-1")
