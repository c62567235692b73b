"""The Open311 gateway's place in the house."""

from __future__ import annotations

from lilong.kernel.words import Label
from lilong.ledger.rooms import Duty, Retention, Room

_RELEASE = ("lilong.gateways.open311.jobs.release_token",)
_SERVED = Label("开通期间", "as long as it is served")
_WITH_CASE = Label("与事项同存，只有编号", "as long as the case; ids only")
_PLAY = Label("测试内容，一周即清", "play, swept after a week")


class Open311Room(Room):
    """GeoReport v2, in and out."""

    name = "lilong.gateways.open311"
    label = "open311"
    title = Label("Open311 接口", "Open311")
    duties = (
        Duty("open311.jurisdiction.manage", Label("管理 Open311 辖区与服务", "manage Open311 jurisdictions")),
        Duty("open311.client.manage", Label("管理 Open311 密钥", "manage Open311 keys")),
    )
    events = (
        "open311.jurisdiction_opened",
        "open311.posting_changed",
        "open311.client_created",
        "open311.client_withdrawn",
    )
    readers = {
        "cases.case_filed": _RELEASE,
        "cases.case_declined": _RELEASE,
        "cases.case_merged": _RELEASE,
        "organisations.catalogue_changed": ("lilong.gateways.open311.jobs.renew_changeset",),
    }
    retention = (
        Retention("open311_jurisdiction", None, _SERVED),
        Retention("open311_posting", None, _SERVED),
        Retention("open311_question", None, _SERVED),
        Retention("open311_client", None, _SERVED),
        Retention("open311_request", None, _WITH_CASE),
        Retention("open311_update", None, _WITH_CASE),
        Retention("open311_trial_update", 7, _PLAY),
        Retention("open311_trial", 7, _PLAY),
    )
