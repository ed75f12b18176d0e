"""First part of the journey: the department applies and signs, the authority takes in."""

from __future__ import annotations

from playwright.sync_api import expect

from projects.models import Application
from tests.browser.journey.papers import BASIS, CHAPTERS, QUESTIONS, Module
from tests.browser.journey.walker import Walker


def apply(clerk: Walker, name: str, typed: Module, pasted: Module) -> None:
    """From an empty draft to the leader's desk: one module typed, the other pasted from a spreadsheet."""
    clerk.follow("新建申报")
    clerk.fill("名称", name)
    clerk.press("建立草稿")
    fill_header(clerk)
    clerk.press("提交单位审核")
    clerk.sees("请至少列出一份立项依据。", "请编写“建设必要性”。")
    type_module(clerk, typed)
    paste_module(clerk, pasted)
    share_between_sources(clerk, name, pasted)
    write_chapters(clerk)
    clerk.follow("概况")
    clerk.sees("内容齐全，可以提交单位审核。")
    clerk.press("提交单位审核")
    expect(clerk.page.get_by_text("已提交分管领导审核。")).to_be_visible()


def fill_header(clerk: Walker) -> None:
    for label, value in {
        "责任处室": "信息中心", "项目负责人": "何志远", "联系人": "周敏 8866 2103", "应用领域": "公共服务",
        "网络": "电子政务外网", "工期（月）": "12", "计划开始": "2027-03-01", "计划结束": "2028-02-29",
    }.items():  # fmt: skip
        clerk.fill(label, value)
    clerk.press("保存", exact=True)


def type_module(clerk: Walker, module: Module) -> None:
    clerk.follow("功能模块")
    clerk.page.get_by_role("link", name="加模块").click()
    row = clerk.page.locator("#line-new")
    row.get_by_label("名称").fill(module.name)
    row.get_by_label("说明").fill(module.description)
    row.get_by_label("申报金额").fill(module.row.split("\t")[2])
    clerk.look()
    row.locator("button[name=save]").click()
    expect(clerk.page.get_by_role("link", name=module.name, exact=True)).to_be_visible()
    clerk.look()


def paste_module(clerk: Walker, module: Module) -> None:
    clerk.page.get_by_role("link", name="从 Excel 粘贴").click()
    dialog = clerk.page.locator("#page-dialog")
    dialog.get_by_label("从表格复制的内容").fill(f"功能模块\t功能说明\t金额（万元）\n{module.row}")
    clerk.look()
    clerk.press("添加这些行", within=dialog)
    expect(clerk.page.get_by_role("link", name=module.name, exact=True)).to_be_visible()


def share_between_sources(clerk: Walker, name: str, module: Module) -> None:
    """A quarter of the module is paid by the department itself."""
    line = Application.objects.get(name=name).lines.get(name=module.name)
    clerk.page.locator(f"#line-{line.pk} .tools a").click()
    quarter = line.declared / 40_000
    clerk.page.locator("[name$='-0-amount']").fill(f"{quarter * 3:f}")
    clerk.page.locator("[name$='-1-source']").select_option(label="单位自有资金")
    clerk.page.locator("[name$='-1-amount']").fill(f"{quarter:f}")
    clerk.look()
    clerk.press("保存", exact=True)


def write_chapters(clerk: Walker) -> None:
    clerk.follow("材料")
    clerk.follow("编写全部")
    for key, text in (CHAPTERS | QUESTIONS).items():
        clerk.page.locator(f"[name={key.value}]").fill(text)
    clerk.press("保存", exact=True)
    bases = clerk.page.locator("#bases")
    bases.locator("[name=document]").fill(BASIS["document"])
    bases.locator("[name=number]").fill(BASIS["number"])
    bases.locator("[name=level]").select_option(BASIS["level"])
    clerk.press("新增", within=bases)


def sign_off(leader: Walker, name: str) -> None:
    leader.follow("从最急的开始办")
    expect(leader.page.get_by_role("heading", level=1)).to_have_text(name)
    leader.ask("签批并提交")


def ask_for_a_correction(officer: Walker, name: str) -> None:
    officer.follow("评审队列")
    officer.follow(name)
    officer.page.get_by_label("事项").first.fill("绩效目标")
    officer.page.get_by_label("问题").first.fill("满意度目标缺少调查方式。")
    officer.press("退回补正")
    expect(officer.page.locator("#main")).to_contain_text("补正")


def answer(clerk: Walker) -> None:
    """The clerk mends the chapter, then says what was changed."""
    clerk.follow("从最急的开始办")
    clerk.sees("满意度目标缺少调查方式。")
    clerk.follow("材料")
    clerk.follow("编写全部")
    clerk.page.locator("[name=targets]").fill("任务按时完成率≥95%；满意度≥90%，由第三方抽样调查。")
    clerk.press("保存", exact=True)
    clerk.follow("答复补正")
    clerk.fill("逐项说明补正情况", "绩效目标已写明由第三方抽样调查。")
    clerk.press("答复并重新提交")


def accept(officer: Walker, name: str) -> None:
    officer.follow("评审队列")
    officer.follow(name)
    officer.fill("统筹审核", "陈启明")
    officer.press("受理，转统筹处置")
