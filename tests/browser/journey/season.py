"""A season in full swing, made through the services: work in every stage, so that no page is empty.

The first batch of the year is locked and its budget waits for finance's reply; the second batch is open, with
applications from draft to contested decision.
"""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

from django.utils import timezone

from budgets.services.budget import budget_of, control, set_ceiling
from budgets.services.lock import lock
from catalog.services import data as data_services
from catalog.services import functions, systems
from common.documents.shipped import shipped
from config.notifications.delivery import deliver as notify
from governance.models import Department, Jurisdiction, Round, User
from governance.services import rounds
from governance.services.documents import upload_template
from projects.models import Application, Line
from projects.services import drafts, lines, papers, submission
from projects.states import LineKind
from reviews.models import Act, Finding, Screening
from reviews.services import acts, endings, intake, verdicts
from reviews.services.determination import determine, list_of, plan_years
from reviews.services.plan import Choice, plan
from reviews.services.screening import jobs
from tests.browser.journey.outbox import deliver
from tests.browser.journey.papers import BASIS, CALLS, CHAPTERS, HEADER, QUESTIONS, RECORDS, TRACES, VISITS, Module

MAP_HEALTH = Module(
    "卫生资源一张图", "在地图上展示医院、卫生院、急救站点的位置、床位和在岗人员，支持周边查询和图层叠加。", 900_000
)
MAP_TRAFFIC = Module(
    "交通运行一张图", "在地图上展示路况、公交站点、运力分布，支持周边查询、图层叠加和历史回放。", 1_300_000
)
VIDEO_TRAFFIC = Module(
    "道路视频汇聚与调阅",
    "接入路口和高速的监控视频，统一转码存储，按权限实时调阅和录像回放，支持轮巡和抓图。",
    2_600_000,
)
VIDEO_POLICE = Module(
    "公共视频汇聚与调阅",
    "接入街面和小区的监控视频，统一转码存储，按权限实时调阅和录像回放，支持轮巡和抓图。",
    3_400_000,
)
AID = Module(
    "救助对象认定", "汇总低保、特困、临时救助对象的申请和核对结果，自动比对收入财产，辅助分类认定。", 1_100_000
)
GOODS = Module("救助物资发放", "登记物资入库、分配和领取，扫码签收，按街道统计发放进度。", None)
ALERTS = Module("重点车辆预警", "汇集两客一危车辆的定位和驾驶行为数据，识别超速、疲劳驾驶并向企业推送预警。", 1_700_000)


def person(username: str) -> User:
    """The person as a new request sees them."""
    return User.objects.get(username=username)


def application(round: Round, place: str, name: str, modules: tuple[Module, ...], **more: Any) -> Application:
    """A complete draft of this department with a server beside its modules."""
    clerk = person(f"{place}.clerk")
    made = drafts.create_application(round, by=clerk, name=name, **HEADER | more)
    papers.add_basis(made, BASIS, by=clerk)
    papers.write_sections(made, CHAPTERS | QUESTIONS, by=clerk)
    for module in modules:
        lines.add_line(made, module.fields, by=clerk)
    item = {"kind": LineKind.HARDWARE, "name": "应用服务器", "specification": "国产，双路", "unit": "台"}
    price = {"quantity": Decimal(2), "unit_price": Decimal(90_000), "declared": Decimal(180_000)}
    lines.add_line(made, item | price, by=clerk)
    made.refresh_from_db()
    return made


def submitted(made: Application) -> Application:
    place = made.department.code
    made = submission.ask_sign_off(made, by=person(f"{place}.clerk"))
    return intake.submit(made, by=person(f"{place}.leader"))


def accepted(made: Application, reviewer: str = "reviewer.chen") -> Application:
    return intake.accept(submitted(made), by=person("intake"), reviewer=person(reviewer))


def line(made: Application, number: int = 1) -> Line:
    return made.lines.get(sequence=number)


def proposed(title: str, reason: str, *choices: Choice) -> Act:
    act = plan(reason, choices, by=person("reviewer.chen"), title=title)
    return acts.propose(act, by=person("reviewer.chen"))


def screened(round: Round) -> Screening:
    """Compare the round as the workers would."""
    screening = jobs.start(round, by=person("reviewer.chen"))
    deliver()
    screening.refresh_from_db()
    return screening


def judged(one: Line, other: Line) -> None:
    """The two are duplicates; whatever else was found beside the first is only related."""
    chen = person("reviewer.chen")
    verdicts.judge_pair(one, other, "duplicate", by=chen)
    for finding in Finding.objects.unjudged().filter(line=one):
        verdicts.judge(finding, "related", by=chen, reason="用途不同，接口可以共用。")


def make(city: Jurisdiction) -> SimpleNamespace:
    """The whole season; what a page is shot with stands in the namespace."""
    first = Round.objects.get(jurisdiction=city)
    inventory = _inventory(city)
    locked = _first_batch(city, first)
    second = Round(
        jurisdiction=city, year=first.year, batch=2, name=f"{first.year} 年度第二批", closes_on=first.closes_on
    )
    second = rounds.open_round(rounds.create_round(second, by=person("head")), by=person("head"))
    running = _second_batch(second)
    notify()
    template = upload_template(
        city, "notice", "zh-hans", "处置意见书 2027 版.docx", shipped(False, "zh-hans"), by=person("head")
    )
    return SimpleNamespace(
        city=city, template=template, first=first, second=second, **vars(inventory), **vars(locked), **vars(running)
    )


def _inventory(city: Jurisdiction) -> SimpleNamespace:
    today = timezone.localdate()
    health, police = (Department.objects.get(jurisdiction=city, code=code) for code in ("health", "police"))
    clerk = person("health.clerk")
    values = {
        "code": "jc-health-visit", "name": "随访登记系统", "office": "基层卫生科", "contact": "周敏 8866 2103",
        "description": "登记随访对象和随访结果。", "domain": "service", "network": "extranet",
        "build_cost": Decimal(600_000), "yearly_operating_cost": Decimal(90_000), "vendor": "江城软件公司",
        "last_used_on": today - timedelta(days=420), "monthly_active_users": 12,
    }  # fmt: skip
    visits = systems.register(health, values, by=clerk)
    functions.add(visits, {"name": "随访结果登记", "description": "填写随访结果并上传照片。"}, by=clerk)
    functions.add(visits, {"name": "随访提醒", "description": "到期提醒医生随访。"}, by=clerk)
    record = systems.register(
        health, {"code": "jc-health-record", "name": "居民健康档案系统", "network": "extranet"}, by=clerk
    )
    systems.register(
        police, {"code": "jc-police-video", "name": "街面视频系统", "network": "dedicated"}, by=person("police.clerk")
    )
    data = data_services.register(
        health,
        {"code": "jc-data-record", "name": "居民健康档案", "summary": "就诊、检验、用药记录。", "update_cycle": "每日"},
        by=clerk,
        items=[{"name": "姓名", "type": "字符", "length": 60}, {"name": "证件号码", "type": "字符", "is_key": True}],
    )
    return SimpleNamespace(system=visits, record_system=record, data=data)


def _first_batch(city: Jurisdiction, round: Round) -> SimpleNamespace:
    head, finance = person("head"), person("finance")
    health = accepted(application(round, "health", "家庭医生签约服务平台", (RECORDS, VISITS)))
    police = accepted(application(round, "police", "社区警务协同平台", (CALLS, TRACES)))
    rounds.close_round(round, by=head)
    screened(round)
    judged(line(police, 1), line(health, 2))
    act = proposed(
        "走访随访任务派发合并建设",
        "两个模块都是按片区派发任务、手机签到填报、超时提醒，合并为一个任务派发组件，由市公安局牵头建设，市卫健委接入。",
        Choice(line(police, 1).pk, "keep"),
        Choice(line(health, 2).pk, "merge", Decimal(100_000), Decimal(500_000), target_line=line(police, 1).pk),
    )
    acts.confirm(act, by=person("reviewer.wu"))
    rest = proposed(
        "其余条目",
        "与现有系统和共性能力不重复，按核定金额保留。",
        Choice(line(health, 1).pk, "keep", Decimal(1_000_000)),
        Choice(line(health, 3).pk, "keep", Decimal(180_000)),
        Choice(line(police, 2).pk, "remediate", conditions=(("数据按目录挂接到共享交换平台", None),)),
        Choice(line(police, 3).pk, "reject"),
    )
    acts.confirm(rest, by=person("reviewer.wu"))
    for decided in (act, rest):
        for department, account in ((health.department, "health.leader"), (police.department, "police.leader")):
            acts.agree(decided, department, by=person(account), text="同意。")
    set_ceiling(budget_of(city, round.year), Decimal(9_000_000), by=finance)
    annual_list = determine(round, [health, police], by=head, meeting="2027年第1次联席会议")
    project = police.project
    plan_years(annual_list, project, {round.year + 1: Decimal(600_000)}, by=head)
    lock(list_of(round), by=head, document_number="江数统〔2027〕1号")
    budget = control(budget_of(city, round.year), Decimal(8_000_000), by=finance)
    return SimpleNamespace(listed=health, project=project, done_act=act, budget=budget)


def _second_batch(round: Round) -> SimpleNamespace:
    draft = drafts.create_application(
        round, by=person("health.clerk"), name="基层医疗设备共享平台", office="规划信息处"
    )
    lines.add_line(draft, RECORDS.fields, by=person("health.clerk"))
    to_sign = submission.ask_sign_off(
        application(round, "police", "出入境预约服务升级", (TRACES,)), by=person("police.clerk")
    )
    to_check = submitted(application(round, "transport", "重点车辆动态监管平台", (ALERTS,)))
    corrected = submitted(application(round, "civil", "养老机构服务监管平台", (VISITS,)))
    points = [("投资概算", "应用服务器未说明为何不使用政务云。"), ("绩效目标", "满意度目标缺少调查方式。")]
    intake.ask_correction(corrected, items=points, by=person("intake"), message="请对照申报指南第六条修改。")
    health = accepted(application(round, "health", "卫生资源指挥调度平台", (MAP_HEALTH, VISITS)))
    transport = accepted(application(round, "transport", "综合交通运行监测平台", (MAP_TRAFFIC, VIDEO_TRAFFIC)))
    police = accepted(application(round, "police", "公共安全视频应用平台", (VIDEO_POLICE, CALLS), is_urgent=False))
    civil = accepted(application(round, "civil", "社会救助综合管理平台", (AID, GOODS)), "reviewer.wu")
    screening = screened(round)
    judged(line(police, 1), line(transport, 2))
    waiting = proposed(
        "视频汇聚与调阅合并建设",
        "两个模块的接入、转码、调阅要求一致，由市公安局统一建设，市交通运输局按接口调用。",
        Choice(line(police, 1).pk, "keep", Decimal(3_200_000)),
        Choice(line(transport, 2).pk, "merge", Decimal(300_000), Decimal(1_200_000), target_line=line(police, 1).pk),
    )
    server = proposed("服务器不予支持", "政务云已有余量，部门不得另购服务器。", Choice(line(police, 3).pk, "reject"))
    acts.confirm(server, by=person("reviewer.wu"))
    other = proposed("交通局服务器不予支持", "政务云已有余量。", Choice(line(transport, 3).pk, "reject"))
    acts.confirm(other, by=person("reviewer.wu"))
    acts.contest(other, transport.department, by=person("transport.leader"), text="信号控制机房需要本地服务器。")
    ending = endings.ask_end(
        civil, "deferred", by=person("reviewer.wu"), reason="核对系统由省级统一建设，今年先不安排。"
    )
    return SimpleNamespace(
        draft=draft, to_sign=to_sign, to_check=to_check, corrected=corrected, health=health, transport=transport,
        police=police, civil=civil, screening=screening, waiting=waiting, asked=server, contested=other, ending=ending,
    )  # fmt: skip
