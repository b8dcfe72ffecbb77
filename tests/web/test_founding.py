"""A new installation: a town, its first administrator, and nobody else's town touched."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from kaohe.web.accounts.actions import found_town
from kaohe.web.accounts.models import Town, User
from kaohe.web.accounts.people import person_of
from kaohe.web.audit.models import Event
from tests.web.cast import NOW, TODAY, Cast


def found(**changed: str) -> Town:
    given = {"code": "new", "name": "新镇", "username": "admin", "person": "张三"}
    return found_town(**given | changed, password="abcd-efgh-jkmn-pqrs", at=NOW)


def test_the_first_administrator_can_log_in_and_make_accounts(cast: Cast) -> None:
    town = found()
    user = User.objects.get(username="admin")
    assert user.town == town
    assert person_of(user, TODAY).roles == {"administrator"}
    sent = {"username": "admin", "password": "abcd-efgh-jkmn-pqrs"}
    client = Client()
    assert client.post("/accounts/login", sent).status_code == 302
    assert client.get("/").headers["Location"] == "/accounts/second-factor"
    assert user.must_change_password, "it was printed"
    event = Event.objects.get(act="accounts.town_founded")
    assert (event.town, event.number) == ("new", 1)


@pytest.mark.parametrize("taken", [{"code": "gaojing"}, {"username": "clerk"}, {"code": "高境"}])
def test_names_that_are_taken_or_cannot_be_found_nothing(cast: Cast, taken: dict[str, str]) -> None:
    before = Town.objects.count()
    with pytest.raises(ValidationError):
        found(**taken)
    assert Town.objects.count() == before
    assert not Event.objects.exists()
