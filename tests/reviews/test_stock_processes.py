"""Two processes on one database: what one of them saves, the other one finds."""

from __future__ import annotations

import subprocess
import sys

import pytest

from projects.services import lines
from projects.states import ApplicationStatus
from tests.factories import ApplicationFactory, LineFactory, city
from tests.ops.processes import ROOT, environment

ASKING = """
import sys, time, django
django.setup()
from governance.models import User
from matching.embed import HashEmbedder
from reviews.services.screening import lookup, vectors

class Model(HashEmbedder):
    id, is_degraded = "characters-that-pass", False

model = Model()
vectors.embedder = lambda: model
for line in sys.stdin:
    who, question, wanted, is_there = line.strip().split("|")
    until, found = time.monotonic() + 10, None
    while found is None or ((wanted in found) != (is_there == "yes") and time.monotonic() < until):
        time.sleep(0.05)
        found = [thing.name for thing in lookup.near(User.objects.get(pk=int(who)), question).things]
    print("|".join(found), flush=True)
"""
GATE = {"name": "潮汐闸门联动控制", "description": "按潮位启闭闸门。"}


@pytest.mark.django_db(transaction=True)
def test_a_module_saved_in_one_process_is_found_by_another(tmp_path):
    place = city()
    clerk = place.people.health
    draft = ApplicationFactory(
        round=place.round, department=place.health, drafter=clerk, status=ApplicationStatus.DRAFT
    )
    LineFactory(application=draft, sequence=1, name="水质断面监测", description="采集河道断面的水质数据。")
    env = environment(tmp_path)
    command = [sys.executable, "-c", ASKING]
    other = subprocess.Popen(command, cwd=ROOT, env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def asked(question: str, wanted: str, is_there: str = "yes") -> list[str]:
        other.stdin.write(f"{clerk.pk}|{question}|{wanted}|{is_there}\n")
        other.stdin.flush()
        return other.stdout.readline().strip().split("|")

    try:
        assert asked("水质断面监测", "水质断面监测") == ["水质断面监测"]
        saved = lines.add_line(draft, GATE, by=clerk)
        assert asked("潮汐闸门联动", saved.name) == [saved.name]
        lines.update_line(saved, {"name": "网格巡查调度", "description": "安排网格员的路线。"}, by=clerk)
        assert asked("网格巡查", "网格巡查调度") == ["网格巡查调度"]
        assert GATE["name"] not in asked("潮汐闸门联动", GATE["name"], "no")
    finally:
        other.kill()
        other.communicate()
