"""What each role tries in five minutes, with the page where it is done."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from config.tour import records
from config.tour.records import Finder
from governance.models import User
from governance.states import Role
from projects.states import UNDER_WAY, ApplicationStatus
from reviews.states import ActStatus


@dataclass(frozen=True)
class Step:
    """A thing to try. Without a record that suits, `otherwise` is the page; without that, the step is left out."""

    what: str | Promise
    view: str
    record: Finder | None = None
    otherwise: str = ""

    def place(self, user: User) -> tuple[str, str]:
        """Where this person does it, and the number of its record; empty when there is nothing to do it with."""
        if self.record is None:
            return reverse(self.view), ""
        if (found := self.record(user)) is not None:
            return reverse(self.view, args=found), next((key for key in found if isinstance(key, str)), "")
        return (reverse(self.otherwise) if self.otherwise else ""), ""


@dataclass(frozen=True)
class Part:
    """One role's part: what it is there for, and its steps."""

    purpose: str | Promise
    steps: tuple[Step, ...]

    def steps_of(self, user: User) -> Iterator[tuple[str | Promise, str, str]]:
        """Words, address and record of each step that has something to show."""
        for step in self.steps:
            url, number = step.place(user)
            if url:
                yield step.what, url, number


A, S = ApplicationStatus, ActStatus
PARTS: dict[Role, Part] = {
    Role.CLERK: Part(
        _("Applies for the department's projects, answers what the authority asks, keeps the inventory."),
        (
            Step(_("Read what waits for you, until when, and who has your other applications now."), "home"),
            Step(
                _(
                    "Add a module to this draft, or paste rows of a spreadsheet. While you describe a module, "
                    "capabilities and systems that fit appear beside it."
                ),
                "projects:modules",
                records.application(A.DRAFT, A.CORRECTION),
                "projects:new",
            ),
            Step(
                _("See what the draft still lacks before your leader can sign it."),
                "projects:detail",
                records.application(A.DRAFT),
            ),
            Step(
                _("Follow an application through its review: every step, who took it, and why."),
                "projects:history",
                records.application(*UNDER_WAY),
                "projects:list",
            ),
            Step(
                _("Look at a shared capability and ask for it instead of building your own."),
                "catalog:capability",
                records.capability,
            ),
            Step(
                _("Check your department's running systems and attest that their entries are right."), "catalog:systems"
            ),
        ),
    ),
    Role.LEADER: Part(
        _("Signs what the department submits, and speaks for it when a decision touches it. A telephone is enough."),
        (
            Step(_("Read what waits for your signature."), "home"),
            Step(
                _("Sign an application, or send it back to the clerk with a reason."),
                "projects:sign-off",
                records.application(A.SIGN_OFF),
                "projects:list",
            ),
            Step(
                _("Read a decision that touches your modules and agree, or object with a reason."),
                "reviews:act",
                records.opinion,
                "reviews:acts",
            ),
            Step(
                _("Read a decision notice: what became of each module and of its money."),
                "reviews:notice",
                records.determined,
            ),
            Step(_("Compare what your department applied for with what it got."), "projects:list"),
        ),
    ),
    Role.INTAKE: Part(
        _("Checks that applications are complete and lets them into the review."),
        (
            Step(_("Sort the queue by what runs out first."), "reviews:queue"),
            Step(
                _("Check an application for completeness: accept it and name its reviewer, or return it with points."),
                "reviews:intake",
                records.application(A.SUBMITTED),
                "reviews:queue",
            ),
            Step(
                _("See a correction that the department is answering: the clock stands still meanwhile."),
                "projects:detail",
                records.application(A.CORRECTION),
            ),
            Step(
                _("Bring a whole batch from a workbook: wrong rows are named, nothing is half imported."),
                "reviews:import",
                records.open_round,
            ),
            Step(
                _("Read the round: its dates, its figures, what is still missing."),
                "governance:round",
                records.open_round,
            ),
        ),
    ),
    Role.REVIEWER: Part(
        _("Judges what is duplicate, shared or there already, and plans what is done about it."),
        (
            Step(
                _(
                    "Compare similar modules of different departments side by side. The keys work: J and K move, "
                    "the question mark lists them all."
                ),
                "reviews:workbench",
                records.workbench,
                "reviews:consolidation",
            ),
            Step(_("Read what the screening found, in which pool, and why."), "reviews:screening", records.workbench),
            Step(
                _("Open one application's review: every module, with what became of it."),
                "reviews:application_review",
                records.application(A.CONSOLIDATION),
            ),
            Step(
                _("Check a colleague's proposal and confirm it. Nobody confirms an own one."),
                "reviews:act",
                records.others_act,
                "reviews:acts",
            ),
            Step(
                _("Read an objection and what was answered to it."),
                "reviews:act",
                records.act(S.CONTESTED),
            ),
            Step(
                _("See which capabilities are asked for and whether they are large enough."),
                "reviews:capability-requests",
            ),
        ),
    ),
    Role.HEAD: Part(
        _("Confirms decisions, determines the annual list and locks it."),
        (
            Step(_("Read what waits for your decision, the most urgent first."), "home"),
            Step(
                _("Confirm an act: before and after stand side by side, and the money adds up."),
                "reviews:act",
                records.others_act,
                "reviews:acts",
            ),
            Step(
                _("Determine applications for the annual list."),
                "reviews:determination",
                records.annual_list,
                "reviews:annual-lists",
            ),
            Step(
                _("Read the annual list as a whole: projects, money by source and year, versions."),
                "reviews:annual-list",
                records.annual_list,
                "reviews:annual-lists",
            ),
            Step(
                _("Compare the list with the year's budget before you lock it."),
                "budgets:detail",
                records.budget,
                "budgets:index",
            ),
            Step(_("See the rules that count here, and since when."), "governance:policies"),
        ),
    ),
    Role.FINANCE: Part(
        _("Sets the ceiling, gives the control figure, replies to the locked list."),
        (
            Step(_("See all years at a glance."), "budgets:index"),
            Step(
                _("Set the ceiling of a year, or give its control figure and the reply."),
                "budgets:detail",
                records.budget,
                "budgets:index",
            ),
            Step(
                _("Trace a project's money to the lines and the departments it came from."),
                "budgets:chain",
                records.chain,
            ),
            Step(_("See which earmarked money may pay for what."), "governance:sources"),
            Step(_("Read the decisions behind the figures."), "reviews:acts"),
        ),
    ),
    Role.CATALOG: Part(
        _("Keeps what the city shares, and decides who may use how much of it."),
        (
            Step(_("Browse what is shared, by what it does."), "catalog:capabilities"),
            Step(
                _("Open a capability: its interfaces, its terms, its capacity and who uses it."),
                "catalog:capability",
                records.capability,
            ),
            Step(_("Grant a request within the capacity, or refuse it with a reason."), "reviews:capability-requests"),
            Step(_("See the city's running systems and whose entries are old."), "catalog:system-directory"),
            Step(_("Put the categories of functions in order."), "catalog:categories"),
        ),
    ),
    Role.AUDITOR: Part(
        _("Reads everything, changes nothing."),
        (
            Step(_("Search the audit log: who did what, to which record, and from where."), "governance:audit"),
            Step(
                _("Read an application with its history from the first draft to the list."),
                "projects:history",
                records.application(A.CONSOLIDATION),
            ),
            Step(
                _("Trace a project's money to the lines and the departments it came from."),
                "budgets:chain",
                records.chain,
            ),
            Step(
                _("Read a locked list: its versions cannot change any more."),
                "reviews:annual-list",
                records.locked_list,
            ),
            Step(_("See who held which role, and when."), "governance:people"),
        ),
    ),
    Role.PROCUREMENT: Part(
        _("Buys what the annual list contains."),
        (
            Step(_("Read the annual lists."), "reviews:annual-lists"),
            Step(_("See what each year's budget holds for its projects."), "budgets:index"),
            Step(
                _("Trace a project's money to the lines and the departments it came from."),
                "budgets:chain",
                records.chain,
            ),
            Step(_("Look up who builds and operates the running systems."), "catalog:system-directory"),
        ),
    ),
    Role.DISTRICT_ADMIN: Part(
        _("Watches over what the district applies for and what it may use of the city's."),
        (
            Step(_("Read the applications that you may see."), "projects:list"),
            Step(_("Browse what is shared, by what it does."), "catalog:capabilities"),
            Step(_("See which rounds are open and until when."), "governance:rounds"),
            Step(_("See the departments, the districts and their offices."), "governance:organisation"),
        ),
    ),
    Role.SYSTEM_ADMIN: Part(
        _("Keeps the organisation and the accounts; grants no roles and reads no applications."),
        (
            Step(_("Add a department or a district."), "governance:organisation"),
            Step(_("Make an account for somebody new."), "governance:person-new"),
            Step(_("Check the working days that the clocks count."), "governance:calendar"),
            Step(_("See who has an account and who is locked out."), "governance:people"),
        ),
    ),
    Role.SECURITY_ADMIN: Part(
        _("Grants and ends roles; what must be kept apart is refused."),
        (
            Step(_("See who holds which role where."), "governance:people"),
            Step(
                _("Open a person: grant a role until a date, or try one that must be kept apart."),
                "governance:person",
                records.clerk,
            ),
            Step(_("See the departments in which roles are held."), "governance:organisation"),
            Step(_("See the rules that count here, and since when."), "governance:policies"),
        ),
    ),
    Role.AUDIT_ADMIN: Part(
        _("Reads what the other administrators did."),
        (
            Step(_("Search the audit log: who did what, to which record, and from where."), "governance:audit"),
            Step(_("See who held which role, and when."), "governance:people"),
            Step(_("See the departments in which roles are held."), "governance:organisation"),
            Step(_("Read when which rule was changed."), "governance:policies"),
        ),
    ),
}

# The walk through one application: whose turn it is, and what happens.
WALK: tuple[tuple[Role, str | Promise], ...] = (
    (Role.CLERK, pgettext_lazy("menu", "Apply")),
    (Role.LEADER, _("Sign off")),
    (Role.INTAKE, _("Take in")),
    (Role.REVIEWER, _("Consolidate")),
    (Role.HEAD, _("Confirm and list")),
    (Role.FINANCE, _("Pay")),
)
