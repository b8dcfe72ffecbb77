"""An area over the years: its own figures only, and none beside what was worked out otherwise."""

from __future__ import annotations

from datetime import date

from kaohe.web.publication.models import PublishedArea
from kaohe.web.publication.yearly_facts import area_year
from kaohe.web.registry.models import Area
from kaohe.web.results.models import Run, SubjectResult
from tests.web.cast import Cast
from tests.web.publishing import earlier_year, publish

PAGE = "/publication/trends"


def page(cast: Cast, username: str, area: str = "") -> str:
    response = cast.client(username).get(f"{PAGE}?area={area}" if area else PAGE)
    assert response.status_code == 200
    return response.content.decode()


def test_an_area_sees_its_own_years_and_no_rank(reviewed: Run, cast: Cast) -> None:
    earlier_year(reviewed)
    publish(cast, reviewed.cycle)
    own = SubjectResult.objects.get(run=reviewed, subject_id="J01").entry
    other = SubjectResult.objects.get(run=reviewed, subject_id="J02").entry
    told = page(cast, "secretary")
    assert "2023年度" in told
    assert "2024年度" in told
    assert own["survey"] in told
    assert own["total"] not in told
    assert "澄波里" not in told
    assert other["survey"] not in told
    assert "名次" not in told.replace("没有名次", "").replace("不排名次", "")
    assert "口径与上年不同" not in told
    for refused in ("J02", "J99"):
        assert cast.client("secretary").get(f"{PAGE}?area={refused}").status_code == 404
    for role in ("worker", "provider", "finance", "administrator"):
        assert cast.client(role).get(PAGE).status_code == 404
    assert f'href="{PAGE}?area=J01"' in page_of_area(cast)


def page_of_area(cast: Cast) -> str:
    response = cast.client("secretary").get(f"/registry/areas/{cast.area('J01').pk}/", follow=True)
    return response.content.decode()


def test_who_sees_runs_sees_any_area_with_its_total(reviewed: Run, cast: Cast) -> None:
    earlier_year(reviewed)
    publish(cast, reviewed.cycle)
    entry = SubjectResult.objects.get(run=reviewed, subject_id="J02").entry
    for role in ("clerk", "group_head", "auditor"):
        assert entry["total"] in page(cast, role, "J02")


def test_what_is_worked_out_otherwise_is_said_and_not_drawn(reviewed: Run, cast: Cast) -> None:
    def change(text: str) -> str:
        changed = text.replace("max: 13", "max: 14", 1)
        assert changed != text
        return changed

    earlier_year(reviewed, change)
    publish(cast, reviewed.cycle)
    told = page(cast, "secretary")
    # 加强党建引领 itself; for the clerk the total that is built on it too
    assert told.count("口径与上年不同") == 1 + 1
    assert "满分由 14 改为 13" in told
    assert page(cast, "clerk", "J01").count("口径与上年不同") == 2 + 1
    row = told.index("加强党建引领", told.index("<table"))
    assert "口径与上年不同" in told[row : told.index("</tr>", row)]


def test_bounds_that_changed_are_said(reviewed: Run, cast: Cast) -> None:
    earlier_year(reviewed)
    publish(cast, reviewed.cycle)
    gone = Area.objects.create(
        town=cast.town,
        area_id="J00",
        name="旧里居民区",
        from_on=date(2020, 1, 1),
        until_on=date(2023, 12, 31),
        successor=cast.area("J01"),
    )
    assert f"{gone.name}并入本居民区" in page(cast, "secretary")


def test_what_few_said_is_withheld_from_those_assessed_only(reviewed: Run, cast: Cast) -> None:
    publish(cast, reviewed.cycle)
    area = PublishedArea.objects.select_related("publication__cycle__scheme").get(subject_id="J01")
    result = SubjectResult.objects.get(run=reviewed, subject_id="J01")
    told, known = (area_year(area, result, assessed=one) for one in (True, False))
    few = {key for key, one in told.questions.items() if one.few}
    assert few == set(), "the year has ballots enough"
    assert told.figures["survey"] == known.figures["survey"]
    for node in _walk(result.entry["scores"]):
        for one in node["inputs"]:
            if one["label_en"] in ("ballots", "answers"):
                one["value"] = "3"
    told = area_year(area, result, assessed=True)
    known = area_year(area, result, assessed=False)
    hidden = {key for key, one in told.figures.items() if one.few}
    assert "survey.third_party" in hidden
    assert all(not told.figures[key].value and known.figures[key].value for key in hidden)


def _walk(nodes: list[dict]) -> list[dict]:  # type: ignore[type-arg]
    return [one for node in nodes for one in (node, *_walk(node["children"]))]


def test_before_anything_is_published_the_page_says_so(reviewed: Run, cast: Cast) -> None:
    assert reviewed.final
    assert "还没有公布过年度结果" in page(cast, "secretary")
