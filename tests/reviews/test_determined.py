"""An application that the meeting has determined waits for nobody."""

import pytest
from django.test import Client
from django.urls import reverse

from config import home
from config.tasks import tasks_for
from reviews.services.determination import determine
from tests import scenes

pytestmark = pytest.mark.django_db


def listed(user, **query):
    client = Client()
    client.force_login(user)
    return [row.application for row in client.get(reverse("projects:list"), query).context["rows"]]


def test_it_is_nobodys_turn_and_stands_in_its_own_view():
    scene = scenes.determined()
    li, clerk = scene.place.people.li, scene.place.people.health
    both = {scene.health_application, scene.police_application}
    assert set(listed(li, view="determined")) == both
    assert listed(li, view="turn") == listed(li, view="consolidation") == []
    assert listed(clerk, view="determined") == [scene.health_application]
    assert listed(clerk, view="review") == []


def test_it_leaves_the_queue_the_tasks_and_what_others_have():
    scene = scenes.decided()
    li, clerk = scene.place.people.li, scene.place.people.health
    client = Client()
    client.force_login(li)
    assert home.elsewhere_for(clerk)
    applications = [scene.health_application, scene.police_application]
    determine(scene.place.round, applications, by=scene.place.people.head)
    assert home.elsewhere_for(clerk) == []
    assert not [task for task in tasks_for(li) if task.verb == "Consolidate"]


def test_its_page_says_determined():
    scene = scenes.determined()
    client = Client()
    client.force_login(scene.place.people.health)
    page = client.get(reverse("projects:detail", args=[scene.health_application.number]))
    assert page.context["stage"] == ("determined", "green")
    assert page.context["holder"] == ""
    assert not page.context["is_mine"]
