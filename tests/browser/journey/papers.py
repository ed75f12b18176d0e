"""What departments ask for in the journey: names, modules, chapters, as a city hall writes them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from projects.states import LineKind, SectionKey


class Module(NamedTuple):
    """A functional module as it is typed: yuan, or None while the amount is unknown."""

    name: str
    description: str
    declared: int | None
    subsystem: str = ""

    @property
    def fields(self) -> dict[str, Any]:
        amount = None if self.declared is None else Decimal(self.declared)
        return self._asdict() | {"kind": LineKind.MODULE, "declared": amount}

    @property
    def row(self) -> str:
        """A row as a spreadsheet copies it, the amount in 万元."""
        wan = "" if self.declared is None else f"{Decimal(self.declared) / 10000:f}"
        return "\t".join((self.name, self.description, wan))


HEADER: dict[str, Any] = {
    "office": "信息中心",
    "leader": "何志远",
    "contact": "周敏 8866 2103",
    "domain": "service",
    "network": "extranet",
    "months": 12,
    "starts_on": date(2027, 3, 1),
    "ends_on": date(2028, 2, 29),
}
BASIS = {"document": "江城市数字政府建设三年行动方案", "number": "江政办〔2026〕18号", "level": "city"}
CHAPTERS = {
    SectionKey.NECESSITY: "现有系统分散在各科室，信息重复填报，基层反映强烈。\n统一之后，一线人员只填一次，数据按职责共享。",
    SectionKey.GOALS: "年内完成两个功能模块的建设，覆盖全部街道，任务按时完成率不低于95%。",
    SectionKey.SHARED_USE: "登录使用统一身份认证，地图使用统一地图服务，不再自建。",
    SectionKey.ABSORBED_SYSTEMS: "原随访登记小系统在本项目验收后停用，数据迁入本项目。",
    SectionKey.TARGETS: "任务按时完成率≥95%，重复填报减少一半，使用人员满意度≥90%。",
}
QUESTIONS = {
    SectionKey.Q_PLAN: "符合三年行动方案第四项任务。",
    SectionKey.Q_OVERLAP: "与本单位现有系统不重复，随访登记系统将停用。",
    SectionKey.Q_MODULE: "现有系统已停止维护，无法扩展。",
    SectionKey.Q_JOINT: "任务派发部分可与其他部门共建。",
    SectionKey.Q_DATA: "数据已编目，按需挂接到共享交换平台。",
}

RECORDS = Module(
    "电子健康档案调阅", "医生在诊间调阅居民在各级医院的就诊记录、检验检查结果和用药情况，按授权展示并留痕。", 1_200_000
)
VISITS = Module(
    "上门随访任务派发",
    "把随访任务按片区派发给家庭医生，医生在手机上签到、填写随访结果、上传现场照片，超时自动提醒，按街道统计完成率。",
    800_000,
)
CALLS = Module(
    "社区走访任务派发",
    "把走访任务按片区派发给社区民警，民警在手机上签到、填写走访结果、上传现场照片，超时自动提醒，按街道统计完成率。",
    1_500_000,
)
TRACES = Module(
    "涉案资金流向分析", "汇总涉案账户的交易流水，还原资金流向和层级，辅助研判团伙关系，生成分析报告。", 2_100_000
)
