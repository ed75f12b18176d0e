"""Two ways to press the same verbs: on the pages, and as a program. A refusal is an exception with its words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from django.apps import apps
from django.contrib.messages import ERROR, get_messages
from django.test import Client
from django.urls import reverse

from budgets.models import Budget
from governance.models import Round, User
from projects.models import Application, Line, Project
from reviews.models import Act, AnnualList, EndRequest
from reviews.services.plan import Choice
from tests.api import V1, Program


class Refused(Exception):
    """What the page or the answer said instead of doing it."""


class Way:
    """What both ways share: where a record is found again after a verb."""

    def act(self, act: Act) -> Act:
        return Act.objects.get(pk=act.pk)

    def list_of(self, round: Round) -> AnnualList:
        return AnnualList.objects.get(round=round)

    def budget_of(self, by: User, year: int) -> Budget:
        return Budget.objects.get(jurisdiction=by.acting.department.jurisdiction, year=year)  # type: ignore[union-attr]


class ByPage(Way):
    """A browser without scripts: forms are posted, messages are read, amounts are typed in ten thousands."""

    def plan(self, by: User, choices: Iterable[Choice], reason: str) -> Act:
        rows = list(choices)
        lines = {
            line.pk: line for line in Line.objects.filter(pk__in=[c.line for c in rows]).select_related("application")
        }
        round = next(iter(lines.values())).application.round_id
        data = {"do": "save", "title": "统筹决定", "reason": reason}
        for choice in rows:
            data |= _typed(choice)
        address = reverse("reviews:workbench", args=[round]) + "?" + "&".join(f"line={pk}" for pk in lines)
        self._press(by, address, data)
        return Act.objects.latest("pk")

    def propose(self, by: User, act: Act) -> Act:
        return self._decide(by, "propose", act)

    def confirm(self, by: User, act: Act) -> Act:
        return self._decide(by, "confirm", act)

    def discard(self, by: User, act: Act) -> Act:
        return self._decide(by, "discard", act)

    def ask_undo(self, by: User, act: Act) -> Act:
        return self._decide(by, "ask-undo", act)

    def undo(self, by: User, act: Act) -> Act:
        return self._decide(by, "undo", act)

    def settle(self, by: User, act: Act, *, uphold: bool) -> Act:
        return self._decide(by, "settle", act, uphold="yes" if uphold else "no", reason="会商意见")

    def _decide(self, by: User, verb: str, act: Act, **data: Any) -> Act:
        self._press(by, reverse(f"reviews:act-{verb}", args=[act.pk]), {"version": self.act(act).version, **data})
        return self.act(act)

    def agree(self, by: User, act: Act) -> None:
        self._press(by, reverse("reviews:agree", args=[act.pk]), {})

    def contest(self, by: User, act: Act, text: str) -> None:
        self._press(by, reverse("reviews:contest", args=[act.pk]), {"text": text})

    def ask_end(self, by: User, application: Application, to: str, to_round: Round | None = None) -> EndRequest:
        data = {"to": to, "reason": "统筹意见", **({"to_round": to_round.pk} if to_round else {})}
        self._press(by, reverse("reviews:end", args=[application.number]), data)
        return EndRequest.objects.latest("pk")

    def grant_end(self, by: User, request: EndRequest) -> None:
        self._press(by, reverse("reviews:end-grant", args=[request.pk]), {})

    def withdraw(self, by: User, application: Application) -> None:
        self._press(by, reverse("reviews:withdraw", args=[application.number]), {"reason": "本年不再建设"})

    def determine(
        self, by: User, round: Round, applications: Iterable[Application], reserve: Iterable[str] = ()
    ) -> None:
        data = {"applications": [a.pk for a in applications], "reserve": list(reserve), "meeting": "第1次会议"}
        self._press(by, reverse("reviews:determine", args=[round.pk]), data)

    def plan_years(self, by: User, round: Round, project: Project, later: Mapping[int, int]) -> None:
        data = {f"year_{year}": _in_ten_thousands(Decimal(amount)) for year, amount in later.items()}
        self._press(by, reverse("reviews:plan-years", args=[round.pk, project.pk]), data)

    def lock(self, by: User, round: Round) -> None:
        self._press(
            by, reverse("budgets:lock", args=[self.list_of(round).pk]), {"document_number": "江数统〔2027〕1号"}
        )

    def open_year(self, by: User, year: int, amount: int) -> None:
        self._press(by, reverse("budgets:open"), {"year": year, "amount": _in_ten_thousands(Decimal(amount))})

    def control(self, by: User, year: int, amount: int) -> None:
        self._press(by, reverse("budgets:control", args=[year]), {"amount": _in_ten_thousands(Decimal(amount))})

    def reply(self, by: User, year: int) -> None:
        self._press(by, reverse("budgets:reply", args=[year]), {"number": "江财〔2027〕9号"})

    def carry_over(self, by: User, year: int, project: Project, amount: int) -> None:
        self._press(
            by, reverse("budgets:carry-over", args=[year, project.pk]), {"amount": _in_ten_thousands(Decimal(amount))}
        )

    def ask_sign_off(self, by: User, application: Application) -> None:
        try:
            self._press(by, reverse("projects:ask-sign-off", args=[application.number]), {})
        except Refused as refusal:
            checks = self._browser(by).get(reverse("projects:detail", args=[application.number]))
            raise Refused(f"{refusal} {_words(checks.content.decode())}") from refusal

    def submit(self, by: User, application: Application) -> None:
        self._press(by, reverse("reviews:submit", args=[application.number]), {})

    def accept(self, by: User, application: Application) -> None:
        self._press(by, reverse("reviews:accept", args=[application.number]), {})

    def _browser(self, by: User) -> Client:
        client = Client(HTTP_ACCEPT_LANGUAGE="en")
        client.force_login(User.objects.get(pk=by.pk))
        return client

    def _press(self, by: User, address: str, data: Mapping[str, Any]) -> None:
        response = self._browser(by).post(address, data)
        wrong = [str(said) for said in get_messages(response.wsgi_request) if said.level >= ERROR]
        if wrong:
            raise Refused(" ".join(wrong))
        if response.status_code != 302:
            raise Refused(f"{response.status_code} {_words(response.content.decode())}")


def _typed(choice: Choice) -> dict[str, str]:
    """The form of one line as people fill it."""
    target = Line.objects.select_related("application").filter(pk=choice.target_line).first()
    fields = {
        "kind": choice.kind,
        "own": "" if choice.own is None else _in_ten_thousands(choice.own),
        "moved": _in_ten_thousands(choice.moved) if choice.moved else "",
        "into": target.reference if target else "",
        "capability": _code("catalog.Capability", choice.capability),
        "system": _code("catalog.System", choice.system),
    }
    return {f"l{choice.line}-{name}": text for name, text in fields.items()}


def _code(label: str, pk: int | None) -> str:
    return str(apps.get_model(label).objects.get(pk=pk).code) if pk else ""


def _in_ten_thousands(amount: Decimal) -> str:
    return f"{Decimal(amount) / 10000:f}"


def _words(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


class ByProgram(Way):
    """A program with a person's rights: JSON, versions, problems in words."""

    def plan(self, by: User, choices: Iterable[Choice], reason: str) -> Act:
        body = self._act(by, "acts/", reason=reason, title="统筹决定", choices=[_told(choice) for choice in choices])
        return Act.objects.get(pk=body["id"])

    def propose(self, by: User, act: Act) -> Act:
        return self._decide(by, "propose", act)

    def confirm(self, by: User, act: Act) -> Act:
        return self._decide(by, "confirm", act)

    def discard(self, by: User, act: Act) -> Act:
        return self._decide(by, "discard", act)

    def ask_undo(self, by: User, act: Act) -> Act:
        return self._decide(by, "ask-undo", act)

    def undo(self, by: User, act: Act) -> Act:
        return self._decide(by, "undo", act)

    def settle(self, by: User, act: Act, *, uphold: bool) -> Act:
        return self._decide(by, "settle", act, uphold=uphold, reason="会商意见")

    def _decide(self, by: User, verb: str, act: Act, **fields: Any) -> Act:
        self._act(by, f"acts/{act.pk}/{verb}/", self.act(act).version, **fields)
        return self.act(act)

    def agree(self, by: User, act: Act) -> None:
        self._decide(by, "agree", act)

    def contest(self, by: User, act: Act, text: str) -> None:
        self._decide(by, "contest", act, text=text)

    def ask_end(self, by: User, application: Application, to: str, to_round: Round | None = None) -> EndRequest:
        more = {"to_round": to_round.pk} if to_round else {}
        body = self._act(by, "end-requests/", "*", application=application.pk, to=to, reason="统筹意见", **more)
        return EndRequest.objects.get(pk=body["id"])

    def grant_end(self, by: User, request: EndRequest) -> None:
        self._act(by, f"end-requests/{request.pk}/grant/", "*")

    def withdraw(self, by: User, application: Application) -> None:
        self._act(by, f"applications/{application.pk}/withdraw/", "*", reason="本年不再建设")

    def determine(
        self, by: User, round: Round, applications: Iterable[Application], reserve: Iterable[str] = ()
    ) -> None:
        opened = self._act(by, "annual-lists/open/", round=round.pk)
        fields = {"applications": [a.pk for a in applications], "reserve": list(reserve), "meeting": "第1次会议"}
        self._act(by, f"annual-lists/{opened['id']}/determine/", opened["version"], **fields)

    def plan_years(self, by: User, round: Round, project: Project, later: Mapping[int, int]) -> None:
        rows = [{"year": year, "amount": f"{amount}.00"} for year, amount in later.items()]
        self._act(by, f"annual-lists/{self.list_of(round).pk}/plan-years/", "*", project=project.pk, later=rows)

    def lock(self, by: User, round: Round) -> None:
        self._act(by, f"annual-lists/{self.list_of(round).pk}/lock/", "*", document_number="江数统〔2027〕1号")

    def open_year(self, by: User, year: int, amount: int) -> None:
        self._act(by, "budgets/open-year/", year=year, amount=f"{amount}.00")

    def control(self, by: User, year: int, amount: int) -> None:
        self._act(by, f"budgets/{self.budget_of(by, year).pk}/control/", "*", amount=f"{amount}.00")

    def reply(self, by: User, year: int) -> None:
        self._act(by, f"budgets/{self.budget_of(by, year).pk}/reply/", "*", number="江财〔2027〕9号")

    def carry_over(self, by: User, year: int, project: Project, amount: int) -> None:
        fields = {"project": project.pk, "amount": f"{amount}.00"}
        self._act(by, f"budgets/{self.budget_of(by, year).pk}/carry-over/", "*", **fields)

    def ask_sign_off(self, by: User, application: Application) -> None:
        self._act(by, f"applications/{application.pk}/ask-sign-off/", "*")

    def submit(self, by: User, application: Application) -> None:
        self._act(by, f"applications/{application.pk}/submit/", "*")

    def accept(self, by: User, application: Application) -> None:
        self._act(by, f"applications/{application.pk}/accept/", "*")

    def _act(self, by: User, path: str, version: object = None, **fields: Any) -> dict[str, Any]:
        answer = Program(User.objects.get(pk=by.pk)).act(path, version, **fields)
        if answer.status_code >= 400:
            problem = answer.json()
            said = [problem["detail"], *problem.get("items", []), str(problem.get("errors", ""))]
            raise Refused(f"{answer.status_code} {' '.join(said)} ({V1}{path})")
        found: dict[str, Any] = answer.json() if answer.content else {}
        return found


def _told(choice: Choice) -> dict[str, Any]:
    """The choice as a program says it."""
    said: dict[str, Any] = {"line": choice.line, "kind": choice.kind, "moved": f"{choice.moved:.2f}"}
    if choice.own is not None:
        said["own"] = f"{choice.own:.2f}"
    return said | {
        name: value for name in ("target_line", "capability", "system") if (value := getattr(choice, name)) is not None
    }
