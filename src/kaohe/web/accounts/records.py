"""People and posts as pages."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kaohe.web.accounts.actions import save_user
from kaohe.web.accounts.forms import PostForm, UserForm
from kaohe.web.accounts.models import Post, User
from kaohe.web.records.declaring import Column, Records

SYSTEM = _("系统")

USERS = Records(
    app="accounts",
    name="users",
    model=User,
    group=SYSTEM,
    title=_("人员账号"),
    help=_(
        "一人一号。新增以后，打开那个人设置初始密码，再到“岗位授权”登记岗位。"
        "调离的人停用账号，记录仍然保留。"
    ),
    clause="",
    columns=(
        Column(_("登录名"), "username"),
        Column(_("姓名"), "name"),
        Column(_("启用"), "is_active"),
        Column(_("角色"), lambda user: [str(post.kind.name) for post in user.posts.all()]),
    ),
    form=UserForm,
    save=save_user,
    rows=lambda rows: rows.prefetch_related("posts"),
    search=("username", "name"),
    detail="accounts:user",
)
POSTS = Records(
    app="accounts",
    name="posts",
    model=Post,
    group=SYSTEM,
    title=_("岗位授权"),
    help=_(
        "谁在哪段时间担任什么角色、管哪些居民区、科室或数据来源。岗位变动时填写截止日期，不要删改旧记录。"
    ),
    clause="六(一)；四(二)1",
    columns=(
        Column(_("人员"), lambda post: post.user.name),
        Column(_("角色"), lambda post: post.kind.name),
        Column(_("范围"), "scope"),
        Column(_("自"), "from_on"),
        Column(_("至"), "until_on"),
    ),
    form=PostForm,
    rows=lambda rows: rows.select_related("user"),
    search=("user__name", "user__username"),
)
