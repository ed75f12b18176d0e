"""What each role tries in five minutes, with the page where it is done: those that an application walks through."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from config.tour import records
from config.tour.others import OTHERS
from config.tour.steps import Part, Step
from governance.states import Role
from projects.states import UNDER_WAY, ApplicationStatus
from reviews.states import ActStatus

A, S = ApplicationStatus, ActStatus
WALKED: dict[Role, Part] = {
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
                records.fullest(A.DRAFT, A.CORRECTION),
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
            Step(
                _("See in pictures where the money comes from, what is saved, and how long each step takes."),
                "insight:index",
            ),
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
}
PARTS = WALKED | OTHERS

# The walk through one application: whose turn it is, and what happens.
WALK: tuple[tuple[Role, str | Promise], ...] = (
    (Role.CLERK, pgettext_lazy("menu", "Apply")),
    (Role.LEADER, _("Sign off")),
    (Role.INTAKE, _("Take in")),
    (Role.REVIEWER, _("Consolidate")),
    (Role.HEAD, _("Confirm and list")),
    (Role.FINANCE, _("Pay")),
)
