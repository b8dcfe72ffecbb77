"""Login: who gets in, who is locked out, what a second factor adds, what outlives a session."""

from __future__ import annotations

import dataclasses
import os
import re
import subprocess
import sys

import pytest
from django.conf import settings
from django.test import Client
from django_otp.oath import TOTP
from django_otp.plugins.otp_totp.models import TOTPDevice

from kaohe.web.accounts.actions import deactivate, set_password
from kaohe.web.accounts.models import User
from kaohe.web.audit.models import Event
from tests.web.cast import NOW, Cast

pytestmark = pytest.mark.either_database

LOGIN = "/accounts/login"


def with_password(cast: Cast, username: str) -> User:
    user = cast.user(username)
    set_password(user, "long-enough-for-this", by=cast.person(username), at=NOW)
    return user


def try_login(client: Client, username: str, password: str = "long-enough-for-this"):
    return client.post(LOGIN, {"username": username, "password": password})


def test_every_page_but_a_few_asks_for_login_first(cast: Cast) -> None:
    assert Client().get("/registry/areas/").headers["Location"].startswith(LOGIN)
    assert Client().get("/accounts/access").status_code == 200


def test_a_right_password_leads_to_the_desk_and_a_wrong_one_says_so(cast: Cast) -> None:
    with_password(cast, "scorer")
    wrong = try_login(Client(), "scorer", "wrong")
    assert wrong.status_code == 422
    assert "登录名或密码不对" in wrong.content.decode()
    assert try_login(Client(), "scorer").headers["Location"] == "/"


def test_five_wrong_passwords_lock_the_account_even_for_the_right_one(cast: Cast) -> None:
    with_password(cast, "scorer")
    client = Client()
    for _ in range(5):
        last = try_login(client, "scorer", "wrong")
    assert last.status_code == 429
    assert "暂停登录" in last.content.decode()
    assert try_login(Client(), "scorer").status_code == 429
    with_password(cast, "finance")
    assert try_login(client, "finance").status_code == 302, "others are not locked out"


@pytest.mark.parametrize(
    ("demonstration", "hasher"), [("no", "Argon2PasswordHasher"), ("yes", "NoSecret")]
)
def test_only_passwords_of_a_demonstration_are_kept_cheaply(
    demonstration: str, hasher: str
) -> None:
    show = "from kaohe.web import settings; print(*settings.PASSWORD_HASHERS)"
    told = subprocess.run(
        [sys.executable, "-c", show],
        env=os.environ | {"KAOHE_DEMONSTRATION": demonstration},
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    assert told.stdout.strip().rpartition(".")[2] == hasher


def test_a_clerk_gets_nowhere_before_the_second_factor(cast: Cast) -> None:
    with_password(cast, "clerk")
    client = Client()
    try_login(client, "clerk")
    assert client.get("/").headers["Location"] == "/accounts/second-factor"
    page = client.get("/accounts/second-factor").content.decode()
    assert "<svg" in page
    assert "密钥" in page
    device = TOTPDevice.objects.get(user__username="clerk")
    token = TOTP(device.bin_key)
    assert client.post("/accounts/second-factor", {"code": "000000"}).status_code == 422
    device.refresh_from_db()
    device.throttle_reset()
    code = f"{token.token():06}"
    assert client.post("/accounts/second-factor", {"code": code}).headers["Location"] == "/"
    assert client.get("/").status_code == 200
    again = Client()
    try_login(again, "clerk")
    reused = again.post("/accounts/second-factor", {"code": code})
    assert reused.status_code == 422, "a code is good once"


def test_a_deactivated_person_is_out_at_once_and_their_acts_stay(cast: Cast) -> None:
    client = cast.client("scorer")
    assert client.get("/").status_code == 200
    deactivate(cast.user("scorer"), by=cast.person("administrator"), at=NOW, reason="调离")
    assert client.get("/").headers["Location"].startswith(LOGIN)
    assert cast.user("scorer").posts.count() == 1
    event = Event.objects.get(act="accounts.deactivated")
    assert event.reason == "调离"
    assert event.actor == "administrator"


def test_a_form_sent_after_the_session_ended_goes_on_after_login_as_it_was(cast: Cast) -> None:
    with_password(cast, "scorer")
    client = Client()
    typed = {"title": "一件<b>好事</b>", "theme": ["a", "b"]}
    page = client.post("/evidence/notes/add", typed)
    assert page.status_code == 401
    text = page.content.decode()
    assert "没有丢失" in text
    assert "一件&lt;b&gt;好事&lt;/b&gt;" in text
    logged_in = client.post(
        LOGIN,
        {
            "username": "scorer",
            "password": "long-enough-for-this",
            "resume": "/evidence/notes/add",
            **{f"kept-{name}": value for name, value in typed.items()},
        },
    ).content.decode()
    assert 'action="/evidence/notes/add"' in logged_in
    assert logged_in.count('name="theme"') == 2
    assert "long-enough" not in logged_in


def hidden(page: str) -> dict[str, str]:
    """What a page's hidden fields would send."""
    return dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', page))


def test_the_login_name_of_a_new_account_outlives_the_session_too(cast: Cast) -> None:
    with_password(cast, "administrator")
    client = Client()
    typed = {"username": "neu", "name": "李四", "resume": "a", "next": "b", "code": "c"}
    page = client.post("/accounts/users/add", typed).content.decode()
    sent = hidden(page) | {"username": "administrator", "password": "wrong"}
    wrong = client.post(LOGIN, sent)
    assert wrong.status_code == 422
    sent = hidden(wrong.content.decode()) | {
        "username": "administrator",
        "password": "long-enough-for-this",
    }
    resumed = client.post(LOGIN, sent).content.decode()
    assert 'action="/accounts/users/add"' in resumed
    assert {name: hidden(resumed).get(name) for name in typed} == typed


def test_a_login_whose_own_key_is_old_begins_again_and_keeps_what_waits(cast: Cast) -> None:
    strict = Client(enforce_csrf_checks=True)
    alone = strict.post(LOGIN, {"username": "scorer", "password": "x"})
    assert (alone.status_code, alone.headers["Location"]) == (302, LOGIN)
    waits = {"username": "scorer", "password": "x", "resume": "/evidence/notes/add"}
    page = strict.post(LOGIN, {**waits, "kept-title": "一件好事", "kept-password": "y"})
    fields = hidden(page.content.decode())
    assert fields["resume"] == "/evidence/notes/add"
    assert fields["kept-title"] == "一件好事"
    assert "kept-username" not in fields
    assert "kept-password" not in fields
    inside = cast.client("scorer", enforce_csrf_checks=True)
    assert inside.post(LOGIN, {"username": "scorer"}).headers["Location"] == "/"
    page = inside.post(LOGIN, {**waits, "kept-title": "一件好事"}).content.decode()
    assert 'action="/evidence/notes/add"' in page


def test_login_never_leads_to_another_site(cast: Cast) -> None:
    with_password(cast, "scorer")
    sent = {
        "username": "scorer",
        "password": "long-enough-for-this",
        "next": "https://evil.example",
    }
    assert Client().post(LOGIN, sent).headers["Location"] == "/"


def test_what_another_site_sends_is_not_kept_for_after_the_login(cast: Cast) -> None:
    typed = {"title": "别处填好的"}
    page = Client().post("/evidence/notes/add", typed, headers={"origin": "https://evil.example"})
    assert page.headers["Location"] == LOGIN
    here = Client().post("/evidence/notes/add", typed, headers={"origin": "http://testserver"})
    assert here.status_code == 401
    assert "别处填好的" in here.content.decode()


def test_a_resumed_form_never_goes_to_another_site_nor_carries_passwords(cast: Cast) -> None:
    with_password(cast, "scorer")
    sent = {
        "username": "scorer",
        "password": "long-enough-for-this",
        "resume": "https://evil.example/take",
        "kept-old": "an-old-password",
    }
    page = Client().post(LOGIN, sent).content.decode()
    assert "evil.example" not in page
    assert "an-old-password" not in page


def test_closing_an_account_twice_is_one_event(cast: Cast) -> None:
    client, pk = cast.client("administrator"), cast.user("scorer").pk
    for reason in ("调离", "再点一次"):
        client.post(f"/accounts/users/{pk}/deactivate", {"reason": reason})
    assert Event.objects.get(act="accounts.deactivated").reason == "调离"


def test_a_form_waits_for_the_second_factor_too(cast: Cast) -> None:
    with_password(cast, "clerk")
    client = Client()
    try_login(client, "clerk")
    typed = {"code": "社工办", "name": "社会工作办公室"}
    page = client.post("/registry/departments/add", typed).content.decode()
    assert "没有丢失" in page
    assert 'name="kept-code" value="社工办"' in page
    device = TOTPDevice.objects.get(user__username="clerk")
    carried = {"resume": "/registry/departments/add"} | {f"kept-{k}": v for k, v in typed.items()}
    wrong = client.post("/accounts/second-factor", {"code": "1", **carried})
    assert wrong.status_code == 422
    assert 'name="kept-name" value="社会工作办公室"' in wrong.content.decode()
    code = f"{TOTP(device.bin_key).token():06}"
    done = client.post("/accounts/second-factor", {"code": code, **carried}).content.decode()
    assert 'action="/registry/departments/add"' in done
    assert 'name="code" value="社工办"' in done
    foreign = {"origin": "https://evil.example"}
    other = Client()
    try_login(other, "clerk")
    sent = other.post("/registry/departments/add", typed, headers=foreign)
    assert sent.headers["Location"] == "/accounts/second-factor"


GIVEN = "given-on-paper-1"


def with_given_password(cast: Cast, username: str) -> Client:
    administrator = cast.person("administrator")
    set_password(cast.user(username), GIVEN, by=administrator, at=NOW)
    client = Client()
    assert try_login(client, username, GIVEN).status_code == 302
    return client


def test_a_password_that_was_given_is_changed_before_anything_else(cast: Cast) -> None:
    client = with_given_password(cast, "scorer")
    own = "/accounts/password"
    for address in ("/", "/accounts/me", "/evidence/notes/"):
        assert client.get(address).headers["Location"] == own
    assert client.post("/evidence/notes/add", {}).headers["Location"] == own
    page = client.get(own).content.decode()
    assert "由系统管理员于 2024-11-20 10:00 设置" in page
    for new, again, told in (
        (GIVEN, GIVEN, "新密码不能与初始密码相同。"),
        ("short", "short", "密码太短"),
        ("a-password-of-mine", "another-password", "两次输入的不一样。"),
    ):
        answer = client.post(own, {"new": new, "again": again})
        assert answer.status_code == 422
        assert told in answer.content.decode()
    mine = {"new": "a-password-of-mine", "again": "a-password-of-mine"}
    assert client.post(own, mine).headers["Location"] == "/"
    assert client.get("/").status_code == 200
    assert "由系统管理员于 2024-11-20 10:00 设置" in client.get("/accounts/me").content.decode()
    assert client.get(own).headers["Location"] == "/accounts/me"
    events = Event.objects.filter(act="accounts.password_set").order_by("number")
    assert [one.actor for one in events] == ["administrator", "scorer"]
    assert with_given_password(cast, "scorer").get("/").headers["Location"] == own


def test_the_second_factor_is_asked_for_before_the_new_password(cast: Cast) -> None:
    client = with_given_password(cast, "clerk")
    assert client.get("/accounts/password").headers["Location"] == "/accounts/second-factor"
    client.get("/accounts/second-factor")
    device = TOTPDevice.objects.get(user__username="clerk")
    code = f"{TOTP(device.bin_key).token():06}"
    client.post("/accounts/second-factor", {"code": code})
    assert client.get("/").headers["Location"] == "/accounts/password"


def test_a_second_factor_that_was_reset_is_said_with_its_time(cast: Cast) -> None:
    address = f"/accounts/users/{cast.user('clerk').pk}/"
    administrator = cast.client("administrator")
    assert "重置双重验证" not in administrator.get(address).content.decode()
    administrator.post(f"{address}second-factor")
    assert not Event.objects.exists(), "there was none to reset"
    cast.client("clerk")
    assert "重置双重验证" in administrator.get(address).content.decode()
    for _ in range(2):
        administrator.post(f"{address}second-factor")
    assert Event.objects.get().act == "accounts.second_factor_reset"
    with_password(cast, "clerk")
    client = Client()
    try_login(client, "clerk")
    page = client.get("/accounts/second-factor").content.decode()
    assert "您的双重验证由系统管理员于 2024-11-20 10:00 重置" in page


def test_a_login_name_is_the_same_in_capitals_and_counts_as_one(cast: Cast) -> None:
    with_password(cast, "scorer")
    assert try_login(Client(), "Scorer").status_code == 302
    for name in ("scorer", "SCORER", "Scorer", "sCorer", "scoreR"):
        last = try_login(Client(), name, "wrong")
    assert last.status_code == 429


def test_whoever_is_logged_in_is_led_from_the_login_to_the_desk(cast: Cast) -> None:
    client = cast.client("scorer")
    assert client.get(LOGIN).headers["Location"] == "/"
    assert client.get(f"{LOGIN}?next=/accounts/me").headers["Location"] == "/accounts/me"


def test_a_stopped_account_is_started_again_once_and_gets_no_password_before(cast: Cast) -> None:
    user, client = cast.user("scorer"), cast.client("administrator")
    address = f"/accounts/users/{user.pk}/"
    answer = client.post(f"{address}deactivate", {"reason": " "}, follow=True)
    assert "请写明停用原因。" in answer.content.decode()
    client.post(f"{address}deactivate", {"reason": "调离"})
    page = client.get(address).content.decode()
    assert "设置初始密码" not in page
    assert "重新启用账号" in page
    refused = client.post(f"{address}password", {"password": GIVEN}, follow=True)
    assert "请先重新启用" in refused.content.decode()
    assert "请写明重新启用的原因。" in (
        client.post(f"{address}reactivate", {"reason": ""}, follow=True).content.decode()
    )
    for _ in range(2):
        client.post(f"{address}reactivate", {"reason": "调回"})
    event = Event.objects.get(act="accounts.reactivated")
    assert (event.reason, event.actor) == ("调回", "administrator")
    user.refresh_from_db()
    assert (user.is_active, user.deactivated_at) == (True, None)
    assert "设置初始密码" in client.get(address).content.decode()


def test_the_demonstration_lists_one_usable_login_for_every_role(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    changed = dataclasses.replace(settings.ENVIRONMENT, demonstration=True)
    monkeypatch.setattr(settings, "ENVIRONMENT", changed)
    with_password(cast, "other_secretary")
    with_password(cast, "finance")
    with_password(cast, "secretary")
    page = Client().get(LOGIN).content.decode()
    first, further = page.split("其余演示账号", 1)
    listed = re.findall(r"<code>([^<]+)</code>", first)
    assert listed == ["secretary", "finance"]
    assert re.findall(r"<code>([^<]+)</code>", further) == ["other_secretary"]
    assert "澄波里居民区" in further, "of which area they are"
