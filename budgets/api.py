"""Annual lists, projects and budgets, for programs."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, ClassVar

from django_filters import FilterSet
from rest_framework.serializers import CharField, ChoiceField, IntegerField, ListField, SerializerMethodField

from budgets.models import Budget, BudgetEntry
from budgets.services import budget as services
from budgets.services.lock import lock
from common.api.fields import BoundedIntegerField, MoneyField, SafeCharField
from common.api.nouns import Noun, verb
from common.api.serializers import ModelSerializer, Serializer, VisibleRelatedField
from governance.models import Round
from projects.models import Application, Component, Project
from reviews.models import AnnualList, ListProject, ListVersion, VersionProject, VersionYear
from reviews.queries.lists import stored_funding
from reviews.services import determination, placing
from reviews.states import ListStatus


class AnnualListFilter(FilterSet):
    class Meta:
        model = AnnualList
        fields = ("round", "is_stale")


class ListVersionFilter(FilterSet):
    class Meta:
        model = ListVersion
        fields = ("annual_list", "number")


class ProjectFilter(FilterSet):
    class Meta:
        model = Project
        fields = ("code", "lead", "is_inherited")


class BudgetFilter(FilterSet):
    class Meta:
        model = Budget
        fields = ("year", "stage")


class BudgetEntryFilter(FilterSet):
    class Meta:
        model = BudgetEntry
        fields = ("budget", "project", "kind", "round")


class ListProjectSerializer(ModelSerializer):
    """A project on a list, with what this list's lines bring to it."""

    code = CharField(source="project.code", read_only=True)
    name = CharField(source="project.name", read_only=True)
    funding = SerializerMethodField()

    class Meta:
        model = ListProject
        fields = ("project", "code", "name", "status", "funding")
        read_only_fields = fields

    def get_funding(self, entry: ListProject) -> str:
        sums = self.context.setdefault("funding", {})
        if entry.annual_list_id not in sums:
            sums[entry.annual_list_id] = stored_funding(entry.annual_list)
        return f"{sums[entry.annual_list_id].get(entry.project.code, Decimal('0.00')):.2f}"


class AnnualListSerializer(ModelSerializer):
    """The list of a round: its projects and the number of its newest locked version."""

    projects = ListProjectSerializer(many=True, read_only=True)
    locked_version = SerializerMethodField()

    class Meta:
        model = AnnualList
        fields = ("id", "round", "is_stale", "locked_version", "projects", "version")
        read_only_fields = fields

    def get_locked_version(self, annual_list: AnnualList) -> int:
        return max((v.number for v in annual_list.versions.all()), default=0)


class Determine(Serializer):
    """Which applications a meeting determines; `reserve` names projects by code."""

    applications = VisibleRelatedField(queryset=Application.objects.all(), many=True)
    reserve = ListField(child=SafeCharField(max_length=80), default=list)
    meeting = SafeCharField(max_length=200, default="", allow_blank=True)


class YearAmount(Serializer):
    year = BoundedIntegerField(min_value=2000, max_value=2100)
    amount = MoneyField(min_value=0)


class PlanYears(Serializer):
    """What later years pay of a project."""

    project = VisibleRelatedField(queryset=Project.objects.all())
    later = YearAmount(many=True)


class Place(Serializer):
    """Listed or in reserve, and how early a project comes."""

    project = VisibleRelatedField(queryset=Project.objects.all())
    to = ChoiceField(choices=[ListStatus.LISTED.value, ListStatus.RESERVE.value], required=False)
    priority = BoundedIntegerField(min_value=1, max_value=4, required=False)


class Lock(Serializer):
    document_number = SafeCharField(max_length=100, default="", allow_blank=True)
    reason = SafeCharField(max_length=300, default="", allow_blank=True)


class OpenList(Serializer):
    round = VisibleRelatedField(queryset=Round.objects.all())


class AnnualListNoun(Noun):
    """Annual lists: determined by meetings, locked in versions."""

    queryset = AnnualList.objects.select_related("round").prefetch_related("projects__project", "versions")
    serializer_class = AnnualListSerializer
    filterset_class = AnnualListFilter
    ordering_fields = ("id",)
    ordering = ("-id",)
    permissions: ClassVar = {}

    @verb("reviews.add_act", takes=OpenList, detail=False)
    def open(self, *, by: Any, round: Round) -> AnnualList:
        """The list of a round, opened when first asked for by a reviewer or head."""
        return determination.list_of(round)

    @verb("reviews.determine_annuallist", takes=Determine)
    def determine(self, annual_list: AnnualList, **order: Any) -> AnnualList:
        """Take named applications onto the list and rebuild its projects from the live decisions."""
        applications = order.pop("applications")
        return determination.determine(annual_list.round, applications, **order)

    @verb("reviews.determine_annuallist", takes=PlanYears)
    def plan_years(self, annual_list: AnnualList, *, later: list[dict[str, Any]], **order: Any) -> AnnualList:
        """Fix what later years pay of a project; the list's own year pays the rest."""
        years = {row["year"]: row["amount"] for row in later}
        determination.plan_years(annual_list, order.pop("project"), years, **order)
        return annual_list

    @verb("reviews.determine_annuallist", takes=Place)
    def place(self, annual_list: AnnualList, **order: Any) -> AnnualList:
        """Put a project on the list or into its reserve, or rank it."""
        return placing.place(annual_list, order.pop("project"), **order)

    @verb("budgets.lock_annuallist", takes=Lock)
    def lock(self, annual_list: AnnualList, **order: Any) -> AnnualList:
        """Freeze the list as its next version; the budget moves by the difference."""
        lock(annual_list, **order)
        return annual_list


class VersionYearSerializer(ModelSerializer):
    class Meta:
        model = VersionYear
        fields = ("year", "amount")
        read_only_fields = fields


class VersionProjectSerializer(ModelSerializer):
    years = VersionYearSerializer(many=True, read_only=True)

    class Meta:
        model = VersionProject
        fields = ("project", "status", "name", "lead_name", "years")
        read_only_fields = fields


class ListVersionSerializer(ModelSerializer):
    """A locked version: its projects, each with its money by year."""

    projects = VersionProjectSerializer(many=True, read_only=True)

    class Meta:
        model = ListVersion
        fields = ("id", "annual_list", "number", "document_number", "reason", "at", "projects")
        read_only_fields = fields


class ListVersionNoun(Noun):
    """Locked versions of annual lists."""

    queryset = ListVersion.objects.prefetch_related("projects__years")
    serializer_class = ListVersionSerializer
    filterset_class = ListVersionFilter
    ordering_fields = ("id",)
    ordering = ("-id",)


class ComponentSerializer(ModelSerializer):
    class Meta:
        model = Component
        fields = ("id", "code", "name", "line")
        read_only_fields = fields


class ProjectSerializer(ModelSerializer):
    """A project of the annual list with its components."""

    components = ComponentSerializer(many=True, read_only=True)

    class Meta:
        model = Project
        fields = ("id", "code", "name", "jurisdiction", "lead", "application", "is_inherited", "components", "version")
        read_only_fields = fields


class ProjectNoun(Noun):
    """What the city builds."""

    queryset = Project.objects.prefetch_related("components")
    serializer_class = ProjectSerializer
    filterset_class = ProjectFilter
    search_fields = ("code", "name")
    ordering_fields = ("code",)
    ordering = ("code",)


class BudgetSerializer(ModelSerializer):
    """The one IT budget of a jurisdiction-year."""

    requested = SerializerMethodField()

    class Meta:
        model = Budget
        fields = (
            "id", "jurisdiction", "year", "authority", "stage", "ceiling", "requested", "controlled_at", "replied_at",
            "reply_number", "version",
        )  # fmt: skip
        read_only_fields = fields

    def get_requested(self, budget: Budget) -> str:
        rows = [entry.amount for entry in budget.entries.all() if entry.kind == "list"]
        return f"{sum(rows, Decimal('0.00')):.2f}"


class Amount(Serializer):
    amount = MoneyField(min_value=0)


class Number(Serializer):
    number = SafeCharField(max_length=100, default="", allow_blank=True)


class CarryOver(Amount):
    project = VisibleRelatedField(queryset=Project.objects.all())


class OpenYear(Amount):
    year = BoundedIntegerField(min_value=2000, max_value=2100)


class BudgetNoun(Noun):
    """Budgets: ceiling, control figure, reply, carry-over."""

    queryset = Budget.objects.prefetch_related("entries")
    serializer_class = BudgetSerializer
    filterset_class = BudgetFilter
    ordering_fields = ("year",)
    ordering = ("-year",)

    @verb("budgets.open_budget", takes=OpenYear, detail=False)
    def open_year(self, *, by: Any, year: int, amount: Decimal) -> Budget:
        """Finance opens the budget of a year with its ceiling."""
        return services.open_year(by.acting.department.jurisdiction, year, amount, by=by)

    @verb("budgets.control_budget", takes=Amount)
    def set_ceiling(self, budget: Budget, **order: Any) -> Budget:
        """How much the year's lists may ask for, before the control figure."""
        return services.set_ceiling(budget, order.pop("amount"), **order)

    @verb("budgets.control_budget", takes=Amount)
    def control(self, budget: Budget, **order: Any) -> Budget:
        """一下: the control figure takes the place of the ceiling."""
        return services.control(budget, order.pop("amount"), **order)

    @verb("budgets.control_budget", takes=Number)
    def reply(self, budget: Budget, **order: Any) -> Budget:
        """二下: refused until the locked lists fit the control figure."""
        return services.reply(budget, **order)

    @verb("budgets.carry_over", takes=CarryOver)
    def carry_over(self, budget: Budget, **order: Any) -> Budget:
        """Move unspent money of a project to the next year."""
        services.carry_over(budget, order.pop("project"), order.pop("amount"), **order)
        return budget


class BudgetEntrySerializer(ModelSerializer):
    """A movement of the budget."""

    year = IntegerField(source="budget.year", read_only=True)

    class Meta:
        model = BudgetEntry
        fields = ("id", "budget", "year", "kind", "round", "project", "list_version", "amount", "at")
        read_only_fields = fields


class BudgetEntryNoun(Noun):
    """Movements of budgets: by list versions, and carry-overs."""

    queryset = BudgetEntry.objects.select_related("budget")
    serializer_class = BudgetEntrySerializer
    filterset_class = BudgetEntryFilter
    ordering_fields = ("id",)
    ordering = ("id",)


NOUNS = {
    "annual-lists": AnnualListNoun,
    "list-versions": ListVersionNoun,
    "projects": ProjectNoun,
    "budgets": BudgetNoun,
    "budget-entries": BudgetEntryNoun,
}
