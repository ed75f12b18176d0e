"""One application on its way: written, signed, submitted, mended, accepted, each step by whose turn it is."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from catalog.models import DataResource, FunctionCategory, System
from catalog.states import SharingClass
from common.money import apportion
from config.demo import papers
from config.demo.accounts import person
from config.demo.content import Entry, Module, clauses, lot, modules, phrases, pick, wan
from config.demo.offices import capabilities_of
from governance.models import FundingSource, Jurisdiction, Round, User
from projects.models import Application, Line, Project
from projects.services import attachments, drafts, lines, submission
from projects.services import papers as chapters
from projects.states import ApplicationKind, CatalogAnswer, DataAccess, LineKind, SectionKey, SystemPart
from reviews.services import endings, intake

REVIEWERS = ("reviewer.chen", "reviewer.wu", "reviewer.sun", "reviewer.qian", "reviewer.shi", "reviewer.mo")
OWN_SECTIONS = {
    SectionKey.CURRENT_STATE: "state",
    SectionKey.PROBLEMS: "problem",
    SectionKey.NECESSITY: "necessity",
    SectionKey.GOALS: "goal",
    SectionKey.BENEFITS: "benefits",
    SectionKey.TARGETS: "targets",
}
DECLINES = (
    "现有共性能力的接口频次满足不了本单位高峰期的调用量，需单独部署。",
    "业务专网与政务外网隔离，暂不具备调用条件。",
    "上级主管部门要求使用其统一下发的组件。",
    "本单位已有历史数据格式，接入统一能力需另行改造，建议二期再行对接。",
)
LARGE = Decimal(3_000_000)  # yuan of modules, from which an office adds a contingency
RATE = Decimal("0.03")  # contingency, of the modules


class City:
    """What the applications of a year refer to, read once."""

    def __init__(self, city: Jurisdiction) -> None:
        self.city = city
        self.sources = {row.code: row for row in FundingSource.objects.filter(jurisdiction=city)}
        self.categories = {row.code: row for row in FunctionCategory.objects.all()}
        self.systems = {row.name: row for row in System.objects.filter(owner__jurisdiction=city)}
        self.capabilities = capabilities_of(city)
        self.data = list(DataResource.objects.filter(provider__jurisdiction=city).order_by("pk"))


class Paper:
    """An application of the content, and what became of it."""

    application: Application

    def __init__(self, city: City, round: Round, entry: Entry) -> None:
        self.city, self.round, self.entry = city, round, entry
        self.modules: list[Module] = list(modules(entry))
        self.lines: list[Line] = []
        self.keys: dict[int, str] = {}  # a line: the library's function
        self.reviewer = person(pick(list(REVIEWERS), entry["name"]))

    @property
    def clerk(self) -> User:
        return person(f"{self.entry['department']}.clerk")

    @property
    def leader(self) -> User:
        return person(f"{self.entry['department']}.leader")

    @property
    def officer(self) -> User:
        return person(pick(["intake", "intake.zhao"], self.entry["name"]))

    @property
    def payable(self) -> Decimal:
        """The share of its money that may pay for what others build: not what is earmarked."""
        parts = [row.split(":") for row in self.entry["sources"]]
        return Decimal(sum(int(part) for code, part in parts if not self.city.sources[code].is_earmarked)) / 100

    def begin(self) -> None:
        """The header and the chapters."""
        self.application = drafts.create_application(self.round, by=self.clerk, **self._header())
        for document, number, level, clause in self.entry["basis"]:
            fields = {"document": document, "number": number, "level": level, "clause": clause}
            chapters.add_basis(self.application, fields, by=self.clerk)
        chapters.write_sections(self.application, self._sections(), by=self.clerk)
        if system := self.city.systems.get(self.entry.get("system", "")):
            chapters.name_system(self.application, system, SystemPart.CURRENT, by=self.clerk)

    def fill(self) -> None:
        """Modules, cost items, the file with the estimate."""
        rows = [self._module(module) for module in self.modules] + [self._item(item) for item in self.entry["items"]]
        self.lines = lines.add_lines(self.application, rows, by=self.clerk)
        self.keys = {line.pk: module.key for line, module in zip(self.lines, self.modules, strict=False) if module.key}
        built = self.lines[: len(self.modules)]
        if sum((line.declared or Decimal() for line in built), Decimal()) > LARGE:
            reserve = {"kind": LineKind.CONTINGENCY, "name": "预备费", "rate": RATE, "base": built}
            self.lines.append(lines.add_line(self.application, reserve, by=self.clerk))
        self._name_data()
        if lot(3, self.entry["name"], "file") == 0:
            book = papers.estimate(self.application, self.lines)
            attachments.attach(self.application, book, by=self.clerk, title="投资概算明细")

    def ask_sign_off(self) -> None:
        submission.ask_sign_off(self.application, by=self.clerk)

    def submit(self) -> None:
        intake.submit(self.application, by=self.leader)

    def ask_correction(self) -> None:
        """What intake misses: the note of the content first, then what is often missing."""
        items = [("申报书", self.entry["note"])] if self.entry.get("note") else []
        point = pick(phrases("point"), self.entry["name"])
        intake.ask_correction(self.application, items=[*items, ("形式审查", point["text"])], by=self.officer)

    def answer(self) -> None:
        intake.answer_correction(self.application, answer="已按补正意见逐条修改，详见申报书相应章节。", by=self.clerk)

    def accept(self) -> None:
        intake.accept(self.application, by=self.officer, reviewer=self.reviewer)

    def withdraw(self) -> None:
        endings.withdraw(self.application, by=self.leader, reason=self.entry["note"])

    def ask_end(self, to: str) -> None:
        endings.ask_end(self.application, to, by=self.reviewer, reason=self.entry["note"])

    def grant_end(self) -> None:
        endings.grant_end(self.application.end_requests.get(closed_at=None), by=person("head"))

    def _header(self) -> dict[str, Any]:
        entry = self.entry
        header: dict[str, Any] = {
            name: entry[name] for name in ("name", "kind", "domain", "network", "months", "office")
        }
        header |= {"category": entry["class"], "contact": entry["contact"], "leader": str(self.leader)}
        days = papers.term(self.round.year, entry["months"], entry["name"])
        header |= dict(zip(("starts_on", "ends_on"), days, strict=True))
        header["in_five_year_plan"] = lot(3, entry["name"], "plan") > 0
        header["yearly_operating_cost"] = papers.operating_cost(self.modules)
        if entry.get("urgent"):
            header |= {"is_urgent": True, "urgency_reason": entry["urgent"]}
        return header | self._links()

    def _links(self) -> dict[str, Any]:
        """What an application of this kind stands on."""
        entry = self.entry
        match entry["kind"]:
            case ApplicationKind.EXTENSION | ApplicationKind.UPGRADE:
                return {"previous_phase": entry["state"]}
            case ApplicationKind.OPERATION:
                return {"system": self.city.systems[entry["system"]]}
            case ApplicationKind.CONTINUED:
                return {"continues": Project.objects.get(name=entry["continues"], jurisdiction=self.city.city)}
        return {}

    def _sections(self) -> dict[str, str]:
        """Own words where the office has some, pasted clauses elsewhere."""
        texts = {str(key): pick(found, self.entry["name"], key) for key, found in clauses().items()}
        return texts | {str(key): self.entry[name] for key, name in OWN_SECTIONS.items() if self.entry.get(name)}

    def _module(self, module: Module) -> dict[str, Any]:
        fields: dict[str, Any] = {"kind": LineKind.MODULE, "name": module.name, "description": module.description}
        fields["category"] = self.city.categories.get(module.category)
        return fields | self._answer(module) | self._money(module.declared)

    def _answer(self, module: Module) -> dict[str, Any]:
        """What the office says of the capability that the catalog has for it; many do not look."""
        if not module.capability:
            return {}
        capability = self.city.capabilities[module.capability]
        if module.capability in self.entry.get("use", ()):
            return {"capability": capability, "catalog_answer": CatalogAnswer.USE}
        if lot(3, self.entry["name"], module.key) == 0:
            reason = pick(list(DECLINES), self.entry["name"], module.key)
            return {"capability": capability, "catalog_answer": CatalogAnswer.DECLINE, "decline_reason": reason}
        return {}

    def _item(self, item: list[Any]) -> dict[str, Any]:
        kind, name, specification, unit, quantity, price = item
        fields = {"kind": kind, "name": name, "specification": specification, "unit": unit}
        fields |= {"quantity": Decimal(str(quantity)), "unit_price": wan(price)}
        return fields | self._money(fields["quantity"] * fields["unit_price"])

    def _money(self, declared: Decimal) -> dict[str, Any]:
        """The amount by source, and by year where the work goes on."""
        shares = {code: Decimal(part) for code, part in (row.split(":") for row in self.entry["sources"])}
        this = self.round.year
        years = {this: Decimal(7), this + 1: Decimal(3)} if self.entry["months"] > 12 else {this: Decimal(1)}
        weights = {
            (self.city.sources[code].pk, year): share * part
            for code, share in shares.items()
            for year, part in years.items()
        }
        return {
            "declared": declared,
            "sources": {key: part for key, part in apportion(declared, weights).items() if part},
        }

    def _name_data(self) -> None:
        """The data that the office reads; for governance, what it governs."""
        department = self.application.department_id
        own = [row for row in self.city.data if row.provider_id == department]
        open_to_it = own or [row for row in self.city.data if row.sharing != SharingClass.NONE]
        if own or self.entry["kind"] == ApplicationKind.DATA_GOVERNANCE:
            chapters.link_data(self.lines[0], pick(open_to_it, self.entry["name"]), DataAccess.READ, by=self.clerk)
