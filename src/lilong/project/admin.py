"""What Django's administration is called here, and what of it nobody needs."""

from __future__ import annotations

from django.contrib import admin
from django.contrib.auth.models import Group

from lilong.identity.wording import spoken
from lilong.kernel.words import Label

admin.site.site_header = spoken(Label("里弄 · 管理", "Lilong · administration"))
admin.site.site_title = spoken(Label("里弄", "Lilong"))
admin.site.index_title = spoken(
    Label(
        "单位、岗位、账号和权责清单：只列您的岗位能管的", "Units, posts, accounts, catalogue: what your post may keep"
    )
)
# What one may do hangs on the post, never on a group.
admin.site.unregister(Group)
