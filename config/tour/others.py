"""What the roles beside an application's way try in five minutes."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from config.tour import records
from config.tour.steps import Part, Step
from governance.states import Role
from projects.states import ApplicationStatus as A

OTHERS: dict[Role, Part] = {
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
