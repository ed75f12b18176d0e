"""Pages of the inventory as people use them."""

from datetime import date

import pytest
from django.utils import timezone

from catalog.models import FunctionCategory, System, SystemVersion
from catalog.services import functions, systems
from catalog.states import SystemStatus
from tests.catalog.pages import at, names, sign_in
from tests.factories import SystemFactory, SystemFunctionFactory, person

pytestmark = pytest.mark.django_db


def test_a_clerk_sees_the_own_inventory_and_the_authority_all(place, clerk, manager):
    SystemFactory(owner=place.transport, name="公路养护")
    SystemFactory(owner=place.health, name="预防接种")

    assert names(clerk.get(at("systems"))) == {"公路养护"}
    assert names(manager.get(at("systems"))) == {"公路养护", "预防接种"}
    assert names(clerk.get(at("system-directory"))) == {"公路养护", "预防接种"}


def test_the_tabs_of_the_inventory_count_and_narrow(place, clerk):
    SystemFactory(owner=place.transport, name="空条目")
    SystemFactory(owner=place.transport, name="闲置", last_used_on=date(2020, 1, 1), planned_fate="retire")
    done = SystemFactory(owner=place.transport, name="已核验", planned_fate="keep")
    System.objects.filter(pk=done.pk).update(attested_on=timezone.localdate(), attested_by=place.people.transport)

    page = clerk.get(at("systems"))

    tabs = {query: count for _label, query, count, _current in page.context["views"]}
    assert tabs == {"?": 3, "?attested=no": 2, "?completeness=low": 3, "?use=idle": 1, "?planned_fate=open": 1}
    for query, count in tabs.items():
        assert clerk.get(at("systems") + query).context["page_obj"].paginator.count == count
    assert names(clerk.get(at("systems") + "?attested=yes")) == {"已核验"}


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("status=trial", {"甲"}),
        ("domain=service", {"乙"}),
        ("network=extranet", {"乙"}),
        ("q=巡查", {"甲"}),
        ("category=F03", {"甲"}),
        ("ordering=-cost", {"甲", "乙"}),
        ("ordering=nonsense&status=nonsense", {"甲", "乙"}),
    ],
)
def test_the_inventory_is_filtered(place, clerk, query, found):
    top = FunctionCategory.objects.create(code="F03", name="流程")
    leaf = FunctionCategory.objects.create(code="F03.01", name="审批", parent=top)
    first = SystemFactory(owner=place.transport, name="甲", status="trial")
    SystemFunctionFactory(system=first, name="养护巡查", category=leaf)
    SystemFactory(owner=place.transport, name="乙", domain="service", network="extranet")

    assert names(clerk.get(f"{at('systems')}?{query}")) == found


def test_people_without_an_inventory_of_their_own_come_to_the_directory(place):
    client = sign_in(person(place.bureau, "expert"))

    assert client.get(at("systems")).url == at("system-directory")


SYSTEM = {"code": "JT-1", "name": "公路养护管理系统", "tag": "platform", "status": "in_use"}


def test_a_clerk_registers_edits_and_attests_a_system(place, clerk):
    response = clerk.post(at("system-create"), {**SYSTEM, "owner": place.transport.pk, "build_cost": "2840000"})
    system = System.objects.get()
    assert response.url == at("system-functions", system.pk)

    edited = {**SYSTEM, "owner": place.transport.pk, "version": 1, "office": "科技处", "used_by": [place.police.pk]}
    lacking = clerk.post(at("system-edit", system.pk), edited)
    assert lacking.status_code == 422
    assert clerk.post(at("system-edit", system.pk), {**edited, "reason": "机构调整"}).status_code == 302
    functions.add(system, {"name": "巡查"}, by=place.people.transport)
    clerk.post(at("system-attest", system.pk))

    system.refresh_from_db()
    assert (system.office, system.build_cost, system.attested_on) == ("科技处", None, timezone.localdate())
    assert SystemVersion.objects.count() == 3
    page = clerk.get(at("system-versions", system.pk) + "?version=2").text
    assert "机构调整" in page
    assert "<ins>科技处</ins>" in page
    assert "<del>2,840,000.00</del>" in page


def test_a_clerk_cannot_register_for_others_through_the_form(place, clerk):
    response = clerk.post(at("system-create"), {**SYSTEM, "owner": place.health.pk})

    assert response.status_code == 422
    assert not System.objects.exists()


def test_a_form_with_another_fate_forgets_the_old_platform(place, clerk):
    platform = SystemFactory(owner=place.transport)
    system = SystemFactory(owner=place.transport, planned_fate="absorb", absorbed_into=platform)
    values = {**SYSTEM, "owner": place.transport.pk, "absorbed_into": platform.pk, "reason": "改为保留"}

    assert clerk.post(at("system-edit", system.pk), {**values, "planned_fate": "keep"}).status_code == 302
    assert System.objects.get(pk=system.pk).absorbed_into is None


def test_dependencies_are_named_by_code_and_unknown_codes_are_told(place, clerk):
    system, other = SystemFactory(owner=place.transport), SystemFactory(owner=place.health, code="WJ-7")
    values = {**SYSTEM, "owner": place.transport.pk, "reason": "对接"}

    wrong = clerk.post(at("system-edit", system.pk), {**values, "depends_on": "WJ-7, WJ-8"})
    assert "There is no system with the code WJ-8" in wrong.text
    clerk.post(at("system-edit", system.pk), {**values, "depends_on": "WJ-7"})

    assert list(system.depends_on.all()) == [other]


def test_attesting_one_by_one_goes_on_to_the_next_that_is_due(place, clerk):
    first, second = (SystemFunctionFactory(system__owner=place.transport).system for _n in range(2))
    assert clerk.get(at("systems")).context["first_due"] == first

    on = clerk.post(at("system-attest", first.pk), {"walk": "1", "version": 1})
    assert on.url == at("system", second.pk) + "?walk=1"
    assert clerk.post(at("system-attest", second.pk), {"walk": "1", "version": 1}).url == at("systems")
    again = clerk.post(at("system-attest", second.pk), {"walk": "1"}, follow=True)
    assert "already" in again.text


def test_a_clerk_moves_a_system_for_a_reason(place, clerk):
    system = SystemFactory(owner=place.transport)

    refused = clerk.post(at("system-move", system.pk), {"to": "stopped"}, follow=True)
    assert "Say why the entry changes" in refused.text
    assert "This status is not known" in clerk.post(at("system-move", system.pk), {"to": "x"}, follow=True).text
    clerk.post(at("system-move", system.pk), {"to": "stopped", "reason": "业务并入", "version": 1})

    assert System.objects.get().status == SystemStatus.STOPPED


def test_functions_are_added_edited_and_removed_on_their_pages(place, clerk):
    system = SystemFactory(owner=place.transport)

    assert clerk.get(at("function-add", system.pk)).status_code == 200
    clerk.post(at("function-add", system.pk), {"name": "巡查", "version": 1})
    function = system.functions.get()
    again = clerk.post(at("function-add", system.pk), {"name": "巡查"})
    assert again.status_code == 422
    assert "lists a function of this name already" in again.text
    clerk.post(at("function-edit", system.pk, function.pk), {"name": "移动巡查", "version": 2})
    assert "移动巡查" in clerk.get(at("system-functions", system.pk)).text
    clerk.post(at("function-remove", system.pk, function.pk))

    assert not system.functions.exists()
    elsewhere = SystemFunctionFactory(system__owner=place.transport)
    assert clerk.get(at("function-edit", system.pk, elsewhere.pk)).status_code == 404


def test_a_change_is_shown_letter_by_letter_and_lists_item_by_item(place, clerk):
    by = place.people.transport
    system = SystemFactory(owner=place.transport, description="养护计划、巡查、工单、验收与统计分析")
    systems.update(
        system,
        {"description": "养护计划、巡查、工单、验收；新增病害上报", "used_by": [place.police]},
        by=by,
        reason="升级",
    )

    page = clerk.get(at("system-versions", system.pk)).text

    assert "养护计划、巡查、工单、验收<del>与统计分析</del><ins>；新增病害上报</ins>" in page
    assert "<ins>市公安局</ins>" in page


def test_a_version_is_shown_whole_as_it_stood_then(place, clerk):
    by = place.people.transport
    system = SystemFactory(owner=place.transport, vendor="甲公司", office="科技处")
    systems.update(system, {"vendor": "乙公司"}, by=by, reason="换人")
    systems.update(system, {"vendor": "丙公司"}, by=by, reason="又换人")

    only = clerk.get(at("system-versions", system.pk) + "?version=2").text
    assert "1 field changed" in only and "科技处" not in only.partition("</table>")[0].partition("<table")[2]
    whole = clerk.get(at("system-versions", system.pk) + "?version=2&fields=all").text
    table = whole.partition("<table")[2].partition("</table>")[0]
    assert "<del>甲公司</del><ins>乙公司</ins>" in table
    assert "科技处" in table and "丙公司" not in table
