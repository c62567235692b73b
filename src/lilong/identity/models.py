"""Accounts: the means to sign in. Who one is in the city (post, resident) is composed elsewhere."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.contrib.postgres.fields import ArrayField
from django.db import models


class AccountManager(BaseUserManager["Account"]):
    """Makes accounts; a resident's account has no usable password."""

    def create_user(self, username: str, password: str | None = None, display_name: str = "") -> Account:
        """An active account; ``password`` None leaves it without one (sign-in by phone code)."""
        account = self.model(username=username, display_name=display_name)
        account.set_password(password)
        account.save(using=self._db)
        return account

    def create_superuser(self, username: str, password: str) -> Account:
        """An account that may use the administration pages for everything."""
        account = self.create_user(username, password)
        account.is_staff = account.is_superuser = True
        account.save(using=self._db)
        return account


class Account(AbstractBaseUser, PermissionsMixin):
    """One means to sign in: staff by name and password, a resident by a code sent to the phone.

    A resident's account has a random name and no personal data; those stand in the vault. ``subject`` is the number
    under which the journal keeps what happens to the account.
    """

    subject = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    username = models.CharField("登录名 user name", max_length=60, unique=True, validators=[UnicodeUsernameValidator()])
    display_name = models.CharField("显示名 display name", max_length=60, blank=True)
    is_staff = models.BooleanField("可进管理后台 may use administration", default=False)
    is_active = models.BooleanField("启用 active", default=True)
    # Nobody's hours online are kept (国办函〔2026〕12号); SignIn keeps what 网络安全法 art. 21 asks for and forgets it.
    last_login = None

    objects: ClassVar[AccountManager] = AccountManager()

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS = []

    class Meta:
        db_table = "identity_account"
        verbose_name = "账号 account"
        verbose_name_plural = "账号 accounts"

    def __str__(self) -> str:
        return self.display_name or self.username


class PhoneCode(models.Model):
    """One code sent to one phone. The number is sealed until the code is used, then only its blind index remains."""

    id = models.UUIDField(primary_key=True, editable=False)
    phone_digest = models.BinaryField()
    phone_sealed = models.BinaryField(null=True)
    phone_key = models.IntegerField()
    address_digest = models.BinaryField()
    code_digest = models.BinaryField()
    sent_at = models.DateTimeField(db_index=True)
    expires_at = models.DateTimeField()
    tries = models.SmallIntegerField(default=0)
    used_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "identity_phone_code"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(used_at__isnull=True) | models.Q(phone_sealed__isnull=True),
                name="identity_phone_code_used_is_forgotten",
            )
        ]
        indexes = [
            models.Index(fields=["phone_digest", "sent_at"], name="identity_code_by_phone"),
            models.Index(fields=["address_digest", "sent_at"], name="identity_code_by_address"),
        ]

    def __str__(self) -> str:
        return str(self.id)


class Attempts(models.Model):
    """Tries to sign in, counted under a blind index of account name, network address, or both.

    ``of_name`` is the blind index of the name alone, by which an administrator lifts a colleague's pauses.
    """

    digest = models.BinaryField(primary_key=True)
    of_name = models.BinaryField(null=True, db_index=True)
    failures = models.IntegerField()
    last_at = models.DateTimeField(db_index=True)
    locked_until = models.DateTimeField()

    class Meta:
        db_table = "identity_attempts"

    def __str__(self) -> str:
        return f"{self.failures} until {self.locked_until}"


class SignIn(models.Model):
    """That an account signed in, and how; kept for the months the law asks for, then forgotten."""

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    method = models.CharField(max_length=20)
    at = models.DateTimeField(db_index=True)

    class Meta:
        db_table = "identity_sign_in"

    def __str__(self) -> str:
        return f"{self.account_id} {self.method}"


class SecondFactor(models.Model):
    """An account's TOTP secret, sealed. ``last_step`` is the time step last accepted: a code counts once."""

    account = models.OneToOneField(Account, primary_key=True, on_delete=models.PROTECT, related_name="+")
    secret_sealed = models.BinaryField()
    secret_key = models.IntegerField()
    begun_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True)
    last_step = models.BigIntegerField(default=0)

    class Meta:
        db_table = "identity_second_factor"

    def __str__(self) -> str:
        return f"{self.account_id}"


class RecoveryCode(models.Model):
    """A code that stands in for the second factor once; only its digest is kept."""

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    digest = models.BinaryField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "identity_recovery_code"
        constraints = [models.UniqueConstraint(fields=["account", "digest"], name="identity_recovery_code_once")]

    def __str__(self) -> str:
        return f"{self.account_id}"


class ApiToken(models.Model):
    """A program's key: it acts for an account in one post, with at most the duties named here.

    Only the digest of the token is kept. ``post`` is the post's number; posts are known above this layer.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    post = models.IntegerField("岗位 post")
    name = models.CharField("程序 program", max_length=60)
    duties = ArrayField(models.CharField(max_length=80), verbose_name="职责 duties")
    digest = models.BinaryField(unique=True)
    created_at = models.DateTimeField("发放 issued")
    expires_at = models.DateTimeField("到期 ends")
    revoked_at = models.DateTimeField("收回 revoked", null=True)

    class Meta:
        db_table = "identity_api_token"
        verbose_name = "程序令牌 API token"
        verbose_name_plural = "程序令牌 API tokens"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(expires_at__gt=models.F("created_at")), name="identity_api_token_ends_later"
            )
        ]

    def __str__(self) -> str:
        return self.name
