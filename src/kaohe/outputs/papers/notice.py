"""The notice of results: a draft for the town's office. Grades only, by the ids of subjects."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from kaohe.outputs.letters import Letters
from kaohe.outputs.papers.letters import GAP, Terms
from kaohe.outputs.papers.naming import assessment_name, mark_of, period_name, scheme_name
from kaohe.pipeline import APART, INCOMPLETE
from kaohe.reports.days import written
from kaohe.reports.documents import (
    Attachment,
    Document,
    Heading,
    Paragraph,
    Part,
    Signature,
    Table,
)
from kaohe.scheme.nodes import labels_of


def notice_document(letters: Letters, terms: Terms) -> Document:
    """The notice of an assessment: its grades, its method, no points, no places, no money."""
    scheme = letters.scheme
    label = scheme.subject.label.zh
    issuer = scheme.issuer.zh if scheme.issuer is not None else ""
    final = letters.assessment.final
    listed = [Attachment(f"{assessment_name(scheme)}结果", [_list(letters)])]
    return Document(
        title=f"关于{assessment_name(scheme)}结果的通知",
        addressee=f"各{label}",
        parts=list(_parts(letters, terms)),
        attachments=listed if letters.result_name else [],
        signature=Signature(terms.sender or issuer or GAP, terms.day),
        number=terms.number,
        mark=mark_of(final) if terms.mark is None else terms.mark,
    )


def _parts(letters: Letters, terms: Terms) -> Iterator[Part]:
    scheme = letters.scheme
    label, number = scheme.subject.label.zh, letters.sheet.size
    waits = "" if letters.assessment.final else "考核尚有未落实的事项，以下为暂定结果。"
    yield Paragraph(
        f"根据{scheme_name(scheme)}，{assessment_name(scheme)}工作已经完成，"
        f"现将结果公布如下。{waits}"
    )
    yield Heading("考核的范围和时间")
    when = period_name(scheme)
    period = f"，考核期为{when}" if when else ""
    yield Paragraph(f"参加考核的{label}共 {number} 个{period}。")
    yield Heading("考核的办法")
    yield Paragraph(
        "考核按照方案规定的内容和标准，依据有关部门和单位报送并经核对的数据计算；"
        f"{_settled(letters)}每项得分都有依据的条款和算式，可以用同样的数据复算。"
    )
    yield Heading("考核结果")
    yield from _results(letters)
    yield Heading("反馈和异议")
    until = written(terms.until, "zh") if terms.until is not None else GAP
    yield Paragraph(
        f"考核的具体情况，分别以反馈函告知各{label}。对事实有异议的，请于{until}前"
        f"向{terms.objections_to or GAP}提出。"
    )


def _settled(letters: Letters) -> str:
    decisions = len(letters.scheme.decisions)
    return f"方案未明确的 {decisions} 个事项，计分前已经确定口径；" if decisions else ""


def _results(letters: Letters) -> Iterator[Part]:
    """How many have each label, the best first, and who has none."""
    name = letters.result_name
    if not name:
        yield Paragraph("方案没有规定对外公布的等次，各项结果以反馈函告知。")
        return
    node_id = letters.feedback.result
    assert node_id is not None, "what is named is there"
    labels = labels_of(letters.scheme.nodes[node_id])
    counted = Counter(letters.result(index)[0] for index in range(letters.sheet.size))
    told = "，".join(f"{labels[code].zh} {counted[code]} 个" for code in labels)
    yield Paragraph(f"{name}：{told}。名单见附件，按编号排列，先后与考核结果无关。")
    statuses = Counter(letters.assessment.statuses)
    if statuses[INCOMPLETE]:
        yield Paragraph(f"另有 {statuses[INCOMPLETE]} 个数据不完整，暂不公布。")
    if statuses[APART]:
        yield Paragraph(f"另有 {statuses[APART]} 个按照规定单列。")


def _list(letters: Letters) -> Table:
    label = letters.scheme.subject.label.zh
    rows = [
        [subject.id, subject.name, letters.result(index)[1] or "—"]
        for index, subject in enumerate(letters.sheet.figures.subjects)
    ]
    return Table(["编号", label, letters.result_name], rows, [3, 8, 3])
