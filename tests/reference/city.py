"""The city of the reference's cases: four rounds, two levels, ten people; and short words for verbs."""

from fractions import Fraction

from tests.reference.records import Act, Application, Capability, Choice, Jurisdiction, Line, Round, Work
from tests.reference.twin import Twin

YEAR = 2026
PEOPLE = {
    "head": {"bureau": "head"}, "li": {"bureau": "reviewer"}, "wang": {"bureau": "reviewer"}, "zhou": {"bureau": "reviewer"},
    "clerk": {"health": "clerk", "transport": "clerk", "police": "clerk", "culture": "clerk"},
    "drafter": {"bureau": "clerk"}, "torn": {"bureau": "reviewer", "health": "leader"},
    "dhead": {"district-bureau": "head"}, "dli": {"district-bureau": "reviewer"}, "dclerk": {"district-health": "clerk"},
}  # fmt: skip


def city() -> Twin:
    r = Twin()
    r.jurisdictions = {
        "city": Jurisdiction("city", "bureau"),
        "district": Jurisdiction("district", "district-bureau", upper="city"),
    }
    r.people = {name: dict(roles) for name, roles in PEOPLE.items()}
    r.rounds = {code: Round(code, *of) for code, of in {
        "R1": ("city", YEAR), "R2": ("city", YEAR), "R3": ("city", YEAR + 1), "D1": ("district", YEAR),
    }.items()}  # fmt: skip
    r.systems = {"old-portal": "culture"}
    r.capabilities = {
        "map": Capability("bureau"),
        "video": Capability("bureau", "video-core"),
        "pay": Capability("finance-office"),
    }
    r.works = {"hub": Work("P-hub", "city", "police")}
    r.purposes = {"video-core": {"flood"}}
    r.budget("city", YEAR).ceiling = 10**6
    r.budget("city", YEAR + 1).ceiling = 10**6
    r.budget("district", YEAR).ceiling = 10**6
    return r.mirror()


def line(code, amount=100, **more):
    return Line(code, {"city": amount} if isinstance(amount, int) else amount, **more)


def hardware(code, amount=100, **more):
    return line(code, amount, is_module=False, **more)


def rated(code, rate, *base):
    return Line(code, None, is_module=False, rate=Fraction(rate), base=base)


def ask(r, code, department, *lines, round="R1", drafter="clerk", **more):
    return r.apply(Application(code, department, round, drafter, **more), list(lines))


def decide(r, *choices, by="li", second="wang", settled=True, reason="same function") -> Act:
    act = r.plan(by, reason, *choices)
    r.propose(act, by)
    r.confirm(act, second)
    if settled:
        r.close_opinions(act)
    return act


def undo(r, act, by="li", second="zhou"):
    r.ask_undo(act, by)
    r.undo(act, second)


def determine(r, *applications, round="R1", **more):
    r.determine(round, set(applications), by="head", **more)


def keep(code, own=None):
    return Choice(code, "keep", own)


def merge(code, target, moved=0, own=0, **more):
    return Choice(code, "merge", own, moved, target, **more)


def strip(code, capability, moved=0, own=0, **more):
    return Choice(code, "strip", own, moved, capability, **more)
