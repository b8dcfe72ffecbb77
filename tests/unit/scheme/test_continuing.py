"""Which figures of two years go together: not those that were worked out in another way."""

from __future__ import annotations

from pathlib import Path

import pytest

from kaohe.scheme.comparing.continuing import asked_anew, worked_out_anew
from kaohe.scheme.decisions import declared_options
from kaohe.scheme.document import read_document
from kaohe.scheme.loading import SchemeFile
from kaohe.scheme.shipped import shipped_schemes
from tests.worlds.assessing import scheme_file

TEXT = (Path(__file__).parents[3] / "schemes/gaojing-2024/scheme.yaml").read_text(encoding="utf-8")


def read(folder: Path, old: str = "", new: str = "") -> SchemeFile:
    """The shipped scheme with one place changed."""
    assert old in TEXT
    path = folder / "scheme.yaml"
    path.write_text(TEXT.replace(old, new, 1) if old else TEXT, encoding="utf-8")
    document, findings = read_document(path)
    assert document is not None, findings
    return SchemeFile(document, declared_options(document.root))


@pytest.mark.parametrize("name", list(shipped_schemes()))
def test_a_scheme_goes_together_with_itself(name: str) -> None:
    scheme = scheme_file(name).under({})
    assert worked_out_anew(scheme, scheme) == frozenset()
    assert asked_anew(scheme, scheme) == frozenset()


def test_what_is_built_on_a_change_does_not_go_together_either(tmp_path: Path) -> None:
    before = read(tmp_path, "max: 13", "max: 14").under({})
    now = scheme_file().under({})
    assert worked_out_anew(before, now) == {
        *("daily.party", "daily", "total", "rank", "grade", "tier")
    }


def test_another_option_is_another_way(tmp_path: Path) -> None:
    file = scheme_file()
    found = worked_out_anew(file.under({}), file.under({"bonus_rule": "sum"}))
    assert {"bonus", "total"} <= found
    assert not {"survey", "daily", "mass", "deduction"} & found


def test_other_words_are_no_other_way(tmp_path: Path) -> None:
    before = read(tmp_path, "zh: 加强党建引领", "zh: 党建引领").under({})
    assert worked_out_anew(before, scheme_file().under({})) == frozenset()


def test_another_question_is_another_survey(tmp_path: Path) -> None:
    before = read(tmp_path, "您对居民区组织群众发动群众工作是否满意", "您对垃圾分类是否满意").under(
        {}
    )
    now = scheme_file().under({})
    (question,) = asked_anew(before, now)
    assert now.questionnaire is not None
    assert "发动群众" in now.questionnaire.questions[question].label.zh
    found = worked_out_anew(before, now)
    assert {"survey.meeting", "survey", "mass.visits", "total"} <= found
    assert not {"daily", "hotline.composite", "bonus"} & found
