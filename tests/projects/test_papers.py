"""Chapters, bases, systems named, data used."""

import pytest

from common.errors import DomainError, Stale
from common.models import AuditEvent
from projects.services import papers
from tests.factories import DataResourceFactory, SystemFactory


def last():
    return AuditEvent.objects.first()


def test_chapters_are_written_changed_and_taken_away(draft, town):
    write = lambda **texts: papers.write_sections(draft, texts, by=town.people.health)  # noqa: E731
    before = draft.sections.count()
    write(problems="系统分散。", demand="")
    assert draft.sections.count() == before + 1
    assert last().details == {"chapters": ["problems"]}
    write(problems="系统分散，重复录入。")
    assert draft.sections.get(key="problems").text == "系统分散，重复录入。"
    write(problems=" ")
    assert draft.sections.count() == before
    assert write().version == write(problems="").version, "no change, no version"


def test_an_unknown_chapter_is_refused(draft, town):
    with pytest.raises(DomainError, match="There is no such chapter: nonsense"):
        papers.write_sections(draft, {"nonsense": "x"}, by=town.people.health)


def test_a_basis_is_added_changed_and_removed(draft, town):
    fields = {"document": "省数字政府方案", "level": "province"}
    basis = papers.add_basis(draft, fields, by=town.people.health)
    assert last().action == "basis.added"
    papers.update_basis(basis, {"clause": "第三章"}, by=town.people.health)
    assert last().details["changes"] == {"clause": ["", "第三章"]}
    papers.remove_basis(basis, by=town.people.health)
    assert (last().action, draft.bases.count()) == ("basis.removed", 1)
    with pytest.raises(DomainError, match="This entry is gone"):
        papers.update_basis(basis, {"clause": "x"}, by=town.people.health)


def test_a_basis_names_its_document(draft, town):
    with pytest.raises(DomainError, match="document: This field cannot be blank"):
        papers.add_basis(draft, {"document": "", "level": "city"}, by=town.people.health)


def test_systems_are_named_once_in_each_part(draft, town):
    own = SystemFactory(owner=town.health)
    link = papers.name_system(draft, own, "absorb", by=town.people.health)
    version = type(draft).objects.get(pk=draft.pk).version
    assert papers.name_system(draft, own, "absorb", by=town.people.health) == link
    assert type(draft).objects.get(pk=draft.pk).version == version
    papers.unname_system(link, by=town.people.health)
    assert (last().action, draft.system_links.count()) == ("system.unnamed", 0)


def test_only_the_owner_says_that_a_system_goes_away(draft, town):
    foreign = SystemFactory(owner=town.police)
    assert papers.name_system(draft, foreign, "current", by=town.people.health).pk
    for part in ("absorb", "replace", "retire"):
        with pytest.raises(DomainError, match="belongs to another department"):
            papers.name_system(draft, foreign, part, by=town.people.health)
    with pytest.raises(DomainError, match="named as current"):
        papers.name_system(draft, foreign, "nonsense", by=town.people.health)


def test_a_line_reads_and_writes_data(draft, town):
    line, resource = draft.lines.get(), DataResourceFactory()
    link = papers.link_data(line, resource, "read", by=town.people.health)
    assert papers.link_data(line, resource, "read", by=town.people.health) == link
    papers.link_data(line, resource, "write", by=town.people.health)
    assert line.data_links.count() == 2
    papers.unlink_data(link, by=town.people.health)
    assert last().details["resource"] == resource.code
    with pytest.raises(DomainError, match="Data is read or written"):
        papers.link_data(line, resource, "eat", by=town.people.health)


def test_every_verb_on_papers_asks_for_clerk_and_version(draft, town):
    basis, line = draft.bases.get(), draft.lines.get()
    system, resource = SystemFactory(owner=town.health), DataResourceFactory()
    named = papers.name_system(draft, system, "current", by=town.people.health)
    linked = papers.link_data(line, resource, "read", by=town.people.health)
    verbs = [
        lambda by, v: papers.write_sections(draft, {"problems": "x"}, by=by, version=v),
        lambda by, v: papers.add_basis(draft, {"document": "x", "level": "city"}, by=by, version=v),
        lambda by, v: papers.update_basis(basis, {"document": "x"}, by=by, version=v),
        lambda by, v: papers.remove_basis(basis, by=by, version=v),
        lambda by, v: papers.name_system(draft, system, "absorb", by=by, version=v),
        lambda by, v: papers.unname_system(named, by=by, version=v),
        lambda by, v: papers.link_data(line, resource, "write", by=by, version=v),
        lambda by, v: papers.unlink_data(linked, by=by, version=v),
    ]
    for verb in verbs:
        with pytest.raises(Stale):
            verb(town.people.health, 1)
        with pytest.raises(DomainError, match="Only a clerk of the department changes"):
            verb(town.people.police, None)
