"""Every component renders, escapes what it is given, and says in words what it shows."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django import forms
from django.contrib.messages import constants
from django.contrib.messages.storage.base import Message
from django.core.paginator import Paginator
from django.http import HttpRequest
from django.template import Context, Template, TemplateSyntaxError, engines
from django.test import RequestFactory
from django.utils import translation

from common.components import amounts

EVIL = '<script>alert("x")</script>'
ESCAPED = "&lt;script&gt;"


@pytest.fixture(autouse=True)
def _english() -> Any:
    with translation.override("en"):
        yield


def show(source: str, request: HttpRequest | None = None, **given: Any) -> str:
    """The markup of a template with these values."""
    template: Template = engines["django"].from_string(source)  # type: ignore[assignment]
    return str(template.render({"csrf_token": "token", "evil": EVIL, **given}, request))  # type: ignore[arg-type]


ESCAPING = [
    "{% icon 'x' 'icon' evil %}",
    "{% status evil %}",
    "{% pill evil %}",
    "{% turn evil %}",
    "{% disposition 'keep' evil %}",
    "{% note title=evil %}{{ evil }}{% endnote %}",
    "{% empty_state evil %}{{ evil }}{% endempty_state %}",
    "{% panel evil count=evil aside=evil foot=evil %}{{ evil }}{% endpanel %}",
    "{% facts %}{% fact evil evil evil evil %}{% endfacts %}",
    "{% timeline %}{% moment evil evil evil why=evil %}{% endtimeline %}",
    "{% way label=evil %}{% stage evil sub=evil %}{% endway %}",
    "{% meter 3 4 evil %}",
    "{% marked evil spans %}",
    "{% before_after rows caption=evil what=evil %}",
    "{% button evil %}",
    "{% button evil evil %}",
    "{% button evil why_not=evil %}",
    "{% verb '/x/' evil confirm=evil reason=evil busy=evil remark=evil %}",
    "{% verb_form '/x/' evil %}{{ evil }}{% endverb_form %}",
    "{% dialog 'd' evil %}{{ evil }}{% enddialog %}",
    "{% opens 'd' evil evil %}",
    "{% tabs evil %}{% tab evil evil evil evil %}{% endtabs %}",
    "{% sort_header evil evil target=evil %}",
    "{% chip evil evil evil %}",
    "{% lazy evil evil %}",
    "{% poll evil %}{{ evil }}{% endpoll %}",
]


@pytest.mark.parametrize("source", ESCAPING)
def test_what_a_component_is_given_never_becomes_markup(source: str) -> None:
    html = show(source, spans=[(0, 7), (9, 12)], rows=[(EVIL, Decimal(1), Decimal(2), EVIL)])
    assert "<script" not in html
    assert "&lt;" in html or "%3Cscript" in html


def test_a_status_repeats_its_tone_in_the_shape_of_its_dot() -> None:
    assert 'class="st st-amber is-diamond"' in show("{% status 'correction' 'amber' %}")
    assert 'class="st st-blue is-half"' in show("{% status 'waiting' 'blue' 'half' %}")


def test_whose_turn_it_is_is_said_in_words() -> None:
    assert "your turn" in show("{% turn mine=True %}")
    assert "市公安局" in show("{% turn '市公安局' %}")
    assert "nobody" in show("{% turn %}")


@pytest.mark.parametrize(
    ("left", "mood", "words"),
    [
        (12, "running", "<b>12 left</b> of 20 working days"),
        (3, "soon", "<b>3 left</b>"),
        (0, "soon", "<b>due today</b>"),
        (-2, "over", "<b>2 over</b>"),
    ],
)
def test_the_clock_warns_before_it_runs_out(left: int, mood: str, words: str) -> None:
    html = show("{% clock left 20 %}", left=left)
    assert f"is-{mood}" in html
    assert words in html


def test_a_clock_that_stands_says_so() -> None:
    assert "paused" in show("{% clock 3 20 'paused' %}")
    assert "13 over" in show("{% clock left 20 'paused' %}", left=-13)
    assert "not started" in show("{% clock None None %}")
    assert "net 12 working days" in show("{% clock 8 20 'done' %}")
    assert "provisional" in show("{% clock 8 20 provisional=True %}")


def test_the_bar_of_an_overdue_clock_stays_inside_its_frame() -> None:
    html = show("{% clock -5 20 %}")
    assert 'value="20" max="20"' in html
    assert "25 of 20 working days used" in html


def test_each_disposition_has_its_colour_and_its_word() -> None:
    html = show("{% disposition 'strip' %}{% disposition None %}")
    assert '<span class="disp d-strip">strip out</span>' in html
    assert '<span class="disp d-open">open</span>' in html


@pytest.mark.parametrize(
    ("amount", "unit", "digits"),
    [
        ("10673000.00", "wan", "1,067.30"),
        ("12345678.90", "wan", "1,234.56789"),
        ("0.01", "wan", "0.000001"),
        ("0", "wan", "0.00"),
        ("-3860000", "wan", "−386.00"),
        ("12345678.9", "yuan", "12,345,678.90"),
        ("-0.5", "yuan", "−0.50"),
    ],
)
def test_an_amount_is_shown_exactly(amount: str, unit: str, digits: str) -> None:
    assert amounts.format_amount(Decimal(amount), unit) == digits


def test_an_unknown_amount_is_a_word_and_never_nought() -> None:
    assert "unknown" in show("{% money None %}")
    assert show("{% money 0 %}") == "0.00"
    assert show("{% money 0 dash=True %}") == "—"


def test_the_unit_is_the_readers_and_other_currencies_are_not_counted_in_ten_thousands() -> None:
    assert show("{% money 12000 with_unit=True %}") == '1.20<span class="unit">×10,000 yuan</span>'
    assert show("{% money 12000 with_unit=True %}", money_unit="yuan") == '12,000.00<span class="unit">yuan</span>'
    assert show("{% money 12000 with_unit=True %}", currency="CAD") == '12,000.00<span class="unit">CAD</span>'
    assert show("{% money_unit %}") == "×10,000 yuan"


def test_a_difference_carries_its_sign() -> None:
    assert "is-less" in show("{% delta less %}", less=Decimal(-10000))
    assert "+1.00" in show("{% delta 10000 %}")
    assert "unknown" in show("{% delta None %}")


def test_the_identity_shows_four_parts_while_something_is_held_and_three_otherwise() -> None:
    assert "Held" in show("{% money_identity 1 2 3 4 10 %}")
    assert "Held" not in show("{% money_identity 1 2 3 0 6 %}")


def test_an_identity_that_does_not_close_is_said_with_the_difference() -> None:
    html = show("{% money_identity 10000 0 0 0 30000 %}")
    assert "do not add up" in html
    assert "2.00" in html
    assert "do not add up" not in show("{% money_identity 10000 20000 0 0 30000 %}")


def test_an_identity_with_an_unknown_amount_says_what_to_do() -> None:
    assert "filled in before determination" in show("{% money_identity 1 0 0 0 None %}")


def test_the_parts_of_a_bar_fill_it_exactly() -> None:
    html = show("{% split_bar 3 own=1 transferred=1 saved=1 %}")
    assert [html.count(f'x="{x}"') for x in (0, 333, 666)] == [1, 1, 1]
    assert 'width="334"' in html


def test_a_bar_of_nothing_says_so() -> None:
    assert "nothing yet" in show("{% split_bar 0 %}")


def test_before_and_after_adds_up_and_keeps_what_is_unknown() -> None:
    html = show(
        "{% before_after rows %}", rows=[("A", Decimal(20000), Decimal(10000)), ("B", Decimal(0), Decimal(5000))]
    )
    assert "−1.00" in html
    assert "−0.50" in html.partition("<tfoot>")[2]
    unknown = show("{% before_after rows %}", rows=[("A", None, Decimal(10000))])
    assert unknown.count(">unknown<") == 4


def test_marks_stand_where_the_evidence_is_and_overlaps_are_shown_once() -> None:
    html = show("{% marked text spans %}", text="视频汇聚与转码", spans=[(2, 4, 1), (0, 3, 0), (5, 99, 2)])
    assert html == '<mark class="m1">视频汇</mark><mark class="m2">聚</mark>与<mark class="m3">转码</mark>'


class Draft(forms.Form):
    name = forms.CharField(help_text="As in the inventory")
    amount = forms.DecimalField()
    answer = forms.ChoiceField(choices=[("y", "yes"), ("n", "no")], widget=forms.RadioSelect)
    true = forms.BooleanField(label="True")
    remark = forms.CharField(required=False)
    key = forms.CharField(widget=forms.HiddenInput, required=False)

    def clean(self) -> None:
        raise forms.ValidationError("Nothing fits.")


def test_a_field_ties_label_help_and_error_to_its_control() -> None:
    html = show("{% field form.name %}", form=Draft({"name": ""}))
    assert '<label for="id_name">' in html
    assert 'aria-describedby="id_name_help id_name_error"' in html
    assert 'aria-invalid="true"' in html
    assert 'id="id_name_error"' in html


def test_a_field_says_what_may_stay_empty() -> None:
    assert "(optional)" in show("{% field form.remark %}", form=Draft())
    assert "(optional)" not in show("{% field form.name %}", form=Draft())


def test_amounts_are_typed_with_the_number_keys_and_stand_at_the_end() -> None:
    html = show("{% field form.amount unit='yuan' %}", form=Draft())
    assert 'inputmode="decimal"' in html
    assert "is-amount" in html


def test_a_group_of_choices_has_a_legend() -> None:
    html = show("{% field form.answer %}", form=Draft())
    assert "<fieldset" in html
    assert "<legend>" in html


def test_all_fields_come_in_order_and_hidden_ones_stay_hidden() -> None:
    html = show("{% fields form %}", form=Draft())
    assert html.index("id_name") < html.index("id_amount") < html.index("id_remark")
    assert 'type="hidden" name="key"' in html


def test_the_summary_of_errors_counts_and_leads_to_the_places() -> None:
    html = show("{% form_errors form %}", form=Draft({"remark": "x"}))
    assert "5 things must be mended" in html
    assert 'href="#id_name"' in html
    assert "Nothing fits." in html
    assert show("{% form_errors form %}", form=Draft()) == ""


def test_a_verb_is_a_form_that_posts_once_what_the_person_saw() -> None:
    html = show("{% verb '/x/' 'Lock' version=1234 act=5 %}")
    assert '<form class="inline" method="post" action="/x/">' in html
    assert 'name="csrfmiddlewaretoken"' in html
    assert 'name="version" value="1234"' in html
    assert 'name="act" value="5"' in html
    assert 'name="nonce"' in html
    assert "data-busy" in html


def test_two_verbs_never_carry_the_same_number() -> None:
    first, second = show("{% verb '/x/' 'A' %}"), show("{% verb '/x/' 'A' %}")
    assert first != second


def test_a_verb_that_asks_first_needs_no_script() -> None:
    html = show("{% verb '/x/' 'Withdraw' kind='danger' confirm='Sure?' reason='Why' %}")
    assert "<details" in html
    assert "Sure?" in html
    assert 'name="reason" rows="3" required' in html


def test_a_verb_that_is_not_possible_now_says_why_and_cannot_be_sent() -> None:
    html = show("{% verb '/x/' 'Lock' why_not='Two lines are open.' %}")
    assert "<form" not in html
    assert "Two lines are open." in html
    assert 'aria-disabled="true"' in html


def test_a_verb_without_an_address_is_a_mistake_of_the_page() -> None:
    with pytest.raises(TemplateSyntaxError):
        show("{% verb missing 'Lock' %}")


def test_a_button_with_an_address_is_a_link() -> None:
    assert "<a " in show("{% button 'Open' '/x/' dialog='drawer' %}")
    assert "<button" in show("{% button 'Save' %}")


def test_the_tab_of_this_page_is_marked() -> None:
    request = RequestFactory().get("/a/?view=mine")
    assert "aria-current" in show("{% tab 'A' '/a/' %}", request)
    assert "aria-current" in show("{% tab 'A' '/a/?view=mine' %}", request)
    assert "aria-current" not in show("{% tab 'A' '/a/?view=other' %}", request)
    assert "aria-current" not in show("{% tab 'B' '/b/' %}", request)


def test_sorting_turns_round_and_keeps_the_filters() -> None:
    request = RequestFactory().get("/?q=a&ordering=name&page=3")
    html = show("{% sort_header 'Name' 'name' %}", request)
    assert 'aria-sort="ascending"' in html
    assert "?q=a&amp;ordering=-name" in html
    assert "?q=a&amp;ordering=-amount" in show("{% sort_header 'Amount' 'amount' first='-' %}", request)


def test_pages_say_which_rows_these_are() -> None:
    page = Paginator(range(62), 13).page(2)
    html = show("{% pager page %}", RequestFactory().get("/?q=a"), page=page)
    assert "Rows 14–26 of 62" in html
    assert "?q=a&amp;page=3" in html
    assert html.count("aria-current") == 1


def test_a_list_with_a_target_fetches_only_its_rows() -> None:
    page = Paginator(range(62), 13).page(2)
    html = show("{% pager page target='rows' %}{% sort_header 'N' 'n' target='rows' %}", page=page)
    assert html.count('hx-target="#rows"') == html.count("<a ")
    assert "hx-get" not in show("{% pager page %}", page=page)


def test_a_list_with_cursors_leads_on_and_back() -> None:
    html = show("{% cursor_pager after='n' before='p' total=62 %}", RequestFactory().get("/?q=a"))
    assert "62 rows in all" in html
    assert "cursor=n" in html
    assert "cursor=p" in html


class Kinds(forms.Form):
    q = forms.CharField(required=False)
    kind = forms.ChoiceField(choices=[("", "all"), ("new", "New build")], required=False)


def test_active_filters_are_named_and_can_be_taken_away() -> None:
    request = RequestFactory().get("/?q=a&kind=new&ordering=name&page=2")
    html = show("{% filter_bar form target='rows' %}", request, form=Kinds(request.GET))
    assert "New build" in html
    assert 'href="?q=a&amp;ordering=name"' in html
    assert 'name="ordering" value="name"' in html
    assert 'name="page"' not in html
    assert 'hx-target="#rows"' in html


def test_labels_begin_with_a_capital_wherever_a_field_is_named() -> None:
    class Small(forms.Form):
        what = forms.CharField(label="name of it")
        size = forms.CharField(label="vCPU count")
        kind = forms.ChoiceField(label="kind of it", choices=[("new", "New build")])
        sure = forms.BooleanField(label="sure of it")
        ways = forms.ChoiceField(label="way of it", choices=[("new", "New build")], widget=forms.RadioSelect)

    request = RequestFactory().get("/?kind=new")
    filters = show("{% filter_bar form %}", request, form=Small(request.GET))
    fields = show("{% fields form %}{% form_errors form %}", form=Small({}))
    assert filters.count("Kind of it") == 2  # beside its choices, and in what holds now
    assert fields.count("Name of it") == fields.count("Sure of it") == fields.count("Way of it") == 2
    assert "vCPU count" in fields and "VCPU" not in fields
    assert not any(small in filters + fields for small in ("name of it", "kind of it", "sure of it", "way of it"))


def test_a_part_that_loads_by_itself_is_a_link_without_scripts() -> None:
    assert '<a href="/x/">Findings</a>' in show("{% lazy '/x/' 'Findings' %}")
    assert "hx-get" not in show("{% poll '/x/' on=False %}done{% endpoll %}")


def test_messages_have_the_tone_of_their_level() -> None:
    shown = [Message(constants.SUCCESS, "s"), Message(constants.ERROR, "e"), Message(constants.WARNING, "w")]
    html = show("{% include 'components/messages.html' %}", messages=[*shown, Message(constants.INFO, "i")])
    assert [html.count(f"note-{tone}") for tone in ("green", "red", "amber", "blue")] == [1, 1, 1, 1]


def test_a_slot_keeps_markup_for_another_tag() -> None:
    html = show("{% slot as head %}<a href='/'>x</a>{% endslot %}{% panel 'T' aside=head %}b{% endpanel %}")
    assert "<a href='/'>x</a>" in html


def test_a_context_without_a_request_is_enough() -> None:
    template = Template("{% tab 'A' '/a/' %}{% sort_header 'N' 'n' %}")
    assert "?ordering=n" in template.render(Context({}))


@pytest.mark.parametrize("language", ["zh-hans", "en", "zh-hant"])
def test_ids_and_years_stand_in_pages_as_forms_send_them_back(language):
    with translation.override(language):
        assert (
            show("{% load i18n %}{{ n }} {% blocktranslate %}{{ n }}{% endblocktranslate %}", n=12027) == "12027 12027"
        )
        assert show("{% load humanize %}{{ n|intcomma }}", n=12027) == "12,027"
