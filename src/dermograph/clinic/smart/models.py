"""Programs that a clinic lets in, who let them see what, and the tokens that came of it. No secret is stored."""

from django.conf import settings
from django.db import models
from django.utils import timezone

from dermograph.clinic.records import Record


class AppKind(models.TextChoices):
    """How a program proves who it is."""

    PUBLIC = "public"
    ASYMMETRIC = "asymmetric"
    SECRET = "secret"  # noqa: S105 (the name of a kind)
    SERVICE = "service"


class App(Record):
    """A program of others that the clinic registered; its id is the ``client_id``.

    Attributes:
        redirects: The addresses to which people may be sent back, each compared as it stands.
        keys: Its public keys, a JSON Web Key Set; empty of kinds that have none.
        secret_sha256: Of the secret of a kind that has one, hexadecimal.
        scopes: What the clinic grants at most, in the words of SMART.
        member: In whose name a service acts; None of the others.
        last_used_at: When a token was fetched last; None if never.
        ended_at, ended_by: Since when it is refused, and who said so.
    """

    clinic = models.ForeignKey("people.Clinic", on_delete=models.PROTECT, related_name="smart_apps")
    name = models.CharField(max_length=80)
    kind = models.CharField(max_length=10, choices=AppKind)
    redirects = models.JSONField(default=list, blank=True)
    keys = models.JSONField(default=dict, blank=True)
    secret_sha256 = models.CharField(max_length=64, blank=True)
    scopes = models.JSONField(default=list)
    member = models.ForeignKey(
        "people.Membership", null=True, blank=True, on_delete=models.PROTECT, related_name="smart_apps"
    )
    made_at = models.DateTimeField(default=timezone.now)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    last_used_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ["-made_at"]

    def __str__(self) -> str:
        return self.name


class Grant(Record):
    """What one person let one program do, once; of a service, what the clinic let it do.

    Attributes:
        user: Who said so; of a service, in whose name it acts.
        member: Their place in the clinic; None of a patient.
        patient: To whom scopes of ``patient/`` reach; a patient's own record where ``member`` is None.
        scopes: As they were granted.
        session: The id of the sign-in with which ``online_access`` ends; None without.
        code_token_sha256: Of the code, hexadecimal; None where there was none.
        redirect, challenge: Those of the request; the program has to know both again.
        ends_at: No token comes of it from then on.
        ended_at: Since when it is over; None while it stands.
        ended_why: ``asked``, ``program``, ``app`` or ``replay``.
    """

    clinic = models.ForeignKey("people.Clinic", on_delete=models.PROTECT, related_name="+")
    app = models.ForeignKey(App, on_delete=models.CASCADE, related_name="grants")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="smart_grants")
    member = models.ForeignKey("people.Membership", null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    patient = models.ForeignKey(
        "people.Patient", null=True, blank=True, on_delete=models.CASCADE, related_name="smart_grants"
    )
    scopes = models.JSONField(default=list)
    session = models.UUIDField(null=True, blank=True)
    code_token_sha256 = models.CharField(max_length=64, null=True, blank=True, unique=True)
    code_ends_at = models.DateTimeField(null=True, blank=True)
    code_used_at = models.DateTimeField(null=True, blank=True)
    redirect = models.CharField(max_length=500, blank=True)
    challenge = models.CharField(max_length=43, blank=True)
    made_at = models.DateTimeField(default=timezone.now)
    ends_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_why = models.CharField(max_length=8, blank=True)

    class Meta:
        ordering = ["-made_at"]


class TokenKind(models.TextChoices):
    """What a token is shown for."""

    ACCESS = "access"
    REFRESH = "refresh"


class SmartToken(Record):
    """An access token, or a refresh token, which is used once.

    Attributes:
        prefix: The first characters, by which one can be told from another.
        token_sha256: Of the whole, hexadecimal.
        scopes: As granted, or fewer, as a refresh asked for.
        used_at: Of a refresh token, when another one replaced it.
        ended_at: Since when it is refused though its time is not over.
        last_used_at: To within a few minutes; None if never.
    """

    grant = models.ForeignKey(Grant, on_delete=models.CASCADE, related_name="tokens")
    kind = models.CharField(max_length=7, choices=TokenKind)
    prefix = models.CharField(max_length=16)
    token_sha256 = models.CharField(max_length=64, unique=True)
    scopes = models.JSONField(default=list)
    made_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField(db_index=True)
    used_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)


class UsedAssertion(models.Model):
    """An assertion that a program has shown: no second one with its ``jti`` is taken before it runs out.

    Attributes:
        jti_sha256: Of its ``jti``, hexadecimal.
    """

    app = models.ForeignKey(App, on_delete=models.CASCADE, related_name="+")
    jti_sha256 = models.CharField(max_length=64)
    expires_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["app", "jti_sha256"], name="one_use_of_an_assertion")]
