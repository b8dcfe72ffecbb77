"""Acts of the log in words. The log itself keeps their codes, which do not change."""

from __future__ import annotations

from django.apps import apps
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

WORDS: dict[str, Promise] = {
    "accounts.deactivated": gettext_lazy("停用账号"),
    "accounts.password_set": gettext_lazy("设置密码"),
    "accounts.post_ended": gettext_lazy("结束岗位"),
    "accounts.reactivated": gettext_lazy("重新启用账号"),
    "accounts.second_factor_reset": gettext_lazy("重置双重验证"),
    "accounts.second_factor_set": gettext_lazy("启用双重验证"),
    "accounts.town_founded": gettext_lazy("建立镇"),
    "cycles.area_exempted": gettext_lazy("免予考核"),
    "cycles.deadline_moved": gettext_lazy("调整日期"),
    "cycles.decided": gettext_lazy("选定决定事项"),
    "cycles.delivery_applied": gettext_lazy("报送文件生效"),
    "cycles.delivery_mapped": gettext_lazy("对应列标题"),
    "cycles.delivery_signed": gettext_lazy("签认报送文件"),
    "cycles.delivery_taken": gettext_lazy("上传报送文件"),
    "cycles.delivery_withdrawn": gettext_lazy("撤回报送文件"),
    "cycles.duties_assigned": gettext_lazy("确定分工与清单依据"),
    "cycles.exemption_lifted": gettext_lazy("取消免予考核"),
    "cycles.scheme_changed": gettext_lazy("更换方案"),
    "cycles.scheme_taken_in": gettext_lazy("导入方案"),
    "cycles.set_up": gettext_lazy("设立年度"),
    "cycles.stage_changed": gettext_lazy("变更阶段"),
    "cycles.stage_dropped": gettext_lazy("撤回阶段变更"),
    "cycles.stage_proposed": gettext_lazy("提请变更阶段"),
    "cycles.stage_signed": gettext_lazy("签署阶段变更"),
    "cycles.withdrawn": gettext_lazy("撤销年度"),
    "evidence.block_signed": gettext_lazy("签署项目评分完整"),
    "evidence.honour_confirmation_withdrawn": gettext_lazy("撤回表彰确认"),
    "evidence.honour_confirmed": gettext_lazy("确认表彰"),
    "evidence.honour_declined": gettext_lazy("不予确认表彰"),
    "evidence.mark_given": gettext_lazy("评分"),
    "evidence.marks_given": gettext_lazy("评分"),
    "evidence.reopening_asked": gettext_lazy("申请重新评分"),
    "evidence.reopening_granted": gettext_lazy("同意重新评分"),
    "evidence.reopening_refused": gettext_lazy("不同意重新评分"),
    "evidence.redraw_asked": gettext_lazy("申请重抽"),
    "evidence.redraw_signed": gettext_lazy("签署重抽申请"),
    "evidence.report_answered": gettext_lazy("答复投诉与建议"),
    "evidence.report_sent": gettext_lazy("提出投诉与建议"),
    "evidence.sanction_confirmed": gettext_lazy("复核扣分"),
    "evidence.sanction_reopened": gettext_lazy("撤回扣分复核"),
    "evidence.sanction_returned": gettext_lazy("退回扣分"),
    "evidence.sheet_signed": gettext_lazy("签署评分表"),
    "evidence.spot_check_answered": gettext_lazy("说明抽查发现"),
    "evidence.spot_check_settled": gettext_lazy("认定抽查发现"),
    "evidence.spot_check_signed": gettext_lazy("签署抽查结果"),
    "evidence.spot_checks_annulled": gettext_lazy("作废抽取结果"),
    "evidence.spot_checks_drawn": gettext_lazy("抽取走访抽查住户"),
    "hotline.cases_placed": gettext_lazy("办件归入居民区"),
    "hotline.cases_pushed": gettext_lazy("接口推送办件"),
    "hotline.provider_key_made": gettext_lazy("发放接口密钥"),
    "hotline.provider_key_revoked": gettext_lazy("收回接口密钥"),
    "registry.area_closed": gettext_lazy("撤销居民区"),
    "registry.area_merged": gettext_lazy("并入居民区"),
    "registry.area_restored": gettext_lazy("恢复居民区"),
    "registry.area_set_up": gettext_lazy("设立居民区"),
    "registry.area_split": gettext_lazy("分设居民区"),
    "registry.count_confirmed": gettext_lazy("确认户数"),
    "registry.count_doubted": gettext_lazy("对户数提出疑问"),
    "registry.doubt_answered": gettext_lazy("答复户数疑问"),
    "registry.departments_registered": gettext_lazy("按方案登记科室"),
    "registry.snapshot_frozen": gettext_lazy("冻结户数快照"),
    "registry.staff_post_ended": gettext_lazy("结束任职"),
    "registry.taken_in": gettext_lazy("导入镇情数据"),
    "results.downloaded": gettext_lazy("下载结果文件"),
    "results.run_scored": gettext_lazy("计分"),
    "results.study_made": gettext_lazy("影响分析"),
    "results.robustness_made": gettext_lazy("稳健性分析"),
    "surveys.ballot_reviewed": gettext_lazy("审阅答卷"),
    "surveys.codes_issued": gettext_lazy("生成答题码"),
    "surveys.key_handed_in": gettext_lazy("交回开箱密钥"),
    "surveys.key_taken": gettext_lazy("领取开箱密钥"),
    "surveys.link_key_made": gettext_lazy("发放平台密钥"),
    "surveys.link_key_revoked": gettext_lazy("收回平台密钥"),
    "surveys.links_fetched": gettext_lazy("平台取链接"),
    "surveys.round_changed": gettext_lazy("修改测评轮次"),
    "surveys.round_closed": gettext_lazy("截止测评轮次"),
    "surveys.round_counted": gettext_lazy("开箱"),
    "surveys.round_extended": gettext_lazy("延期测评轮次"),
    "surveys.round_opened": gettext_lazy("开始测评轮次"),
    "surveys.round_paused": gettext_lazy("暂停测评轮次"),
    "surveys.round_prepared": gettext_lazy("设立测评轮次"),
    "surveys.round_void": gettext_lazy("作废测评轮次"),
    "surveys.void_asked": gettext_lazy("申请作废测评轮次"),
    "surveys.void_signed": gettext_lazy("签署作废测评轮次"),
    "surveys.round_resumed": gettext_lazy("恢复测评轮次"),
    "surveys.attendance_marked": gettext_lazy("登记座谈会到会"),
    "surveys.invitations_drawn": gettext_lazy("抽取座谈会邀请名单"),
    "surveys.meeting_called": gettext_lazy("登记座谈会"),
    "surveys.meeting_closed": gettext_lazy("完成座谈会记录"),
    "surveys.paper_typed": gettext_lazy("录入纸质答卷"),
    "surveys.papers_counted": gettext_lazy("更正纸质答卷张数"),
    "surveys.papers_sealed": gettext_lazy("封存纸质答卷"),
    "surveys.slips_made": gettext_lazy("生成座谈会纸条"),
    "surveys.voting_ended": gettext_lazy("结束座谈会投票"),
    "surveys.back_check_noted": gettext_lazy("登记复核结果"),
    "surveys.back_checks_drawn": gettext_lazy("抽取复核住户"),
    "surveys.interview_entered": gettext_lazy("录入访问"),
    "surveys.returns_refused": gettext_lazy("回收数据有误，未收"),
    "surveys.returns_taken": gettext_lazy("收下回收数据"),
    "surveys.sample_downloaded": gettext_lazy("下载样本名单"),
    "surveys.sample_drawn": gettext_lazy("抽取第三方样本"),
    "surveys.sample_handed_over": gettext_lazy("移交第三方样本"),
    "surveys.vendor_checked": gettext_lazy("登记第三方核查"),
    "surveys.vendor_named": gettext_lazy("登记第三方机构"),
}


def act_told(act: str) -> str:
    """An act in words; ``APP.MODEL.added`` and ``changed`` by the model's name, others as kept."""
    if act in WORDS:
        return str(WORDS[act])
    label, _dot, verb = act.rpartition(".")
    try:
        name = str(apps.get_model(label)._meta.verbose_name)
    except (LookupError, ValueError):
        return act
    if verb == "added":
        return _("新增：%(what)s") % {"what": name}
    return _("修改：%(what)s") % {"what": name} if verb == "changed" else act
