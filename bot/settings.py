"""The only reader of the environment and of `.env`."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, NamedTuple
from urllib.parse import urlsplit
from zoneinfo import available_timezones

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic.fields import FieldInfo
from pydantic_settings import (
    BaseSettings,
    DotEnvSettingsSource,
    EnvSettingsSource,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

TELEGRAM = "https://api.telegram.org"
# Never repeated in a message, and each may be kept in a file of its own: BOT_TOKEN_FILE=/path.
SECRETS = (
    "bot_token", "webhook_secret", "research_key", "record_store_auth", "metrics_token", "database_url", "redis_url",
)  # fmt: skip
MAY_HOLD_ONE = {"DATABASE_URL", "REDIS_URL"}  # the address of a server is a secret where it holds a password


class BadSetting(ValueError):
    """A setting has a value that cannot be used; the message names it, the value and what is allowed."""


class _Files(PydanticBaseSettingsSource):
    """Secrets that lie in files: only the path stands in the environment or in `.env`."""

    def __init__(self, settings: type[BaseSettings], *told: Mapping[str, str | None]) -> None:
        super().__init__(settings)
        self._told = {name: value for one in reversed(told) for name, value in one.items() if value}

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:
        path = self._told.get(f"{field_name}_file")
        return (self._read(field_name, path) if path else None), field_name, False

    def _read(self, name: str, path: str) -> str:
        if self._told.get(name):
            raise BadSetting(f"{name.upper()} and {name.upper()}_FILE are both set: leave one of them empty")
        try:
            found = Path(path).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as problem:
            why = problem.strerror if isinstance(problem, OSError) else "it is no text"
            raise BadSetting(f"{name.upper()}_FILE: {path} cannot be read: {why}") from None
        if not found:
            raise BadSetting(f"{name.upper()}_FILE: {path} is empty")
        return found

    def __call__(self) -> dict[str, Any]:
        fields = self.settings_cls.model_fields
        found = {name: self.get_field_value(fields[name], name)[0] for name in SECRETS}
        return {name: value for name, value in found.items() if value is not None}


class Settings(BaseSettings):
    """See `.env.example`, which says the same in sentences."""

    model_config = SettingsConfigDict(env_file=".env", env_ignore_empty=True, extra="ignore")

    bot_token: SecretStr | None = None
    telegram_api_url: str | None = None
    database_url: str = "sqlite+aiosqlite:///var/sejawat.db"
    redis_url: str | None = None
    webhook_url: str | None = None
    webhook_secret: SecretStr | None = None
    web_url: str | None = None
    web_host: str = "127.0.0.1"
    web_port: Annotated[int, Field(ge=0, le=65535)] = 8080
    timezone: str = "Asia/Jakarta"
    language: Literal["id", "en"] = "id"
    admin_ids: Annotated[frozenset[int], NoDecode] = frozenset()
    retention_days: Annotated[int, Field(ge=1, le=3650)] = 30
    policy_profile: Literal["ruang_gtk_2025", "pmm_2024", "none"] = "ruang_gtk_2025"
    research_key: SecretStr | None = None
    record_store_auth: SecretStr | None = None
    metrics_token: SecretStr | None = None
    log_format: Literal["text", "json"] = "text"
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"

    @classmethod
    def settings_customise_sources(
        cls, settings_cls: type[BaseSettings], init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource, dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:  # fmt: skip
        assert isinstance(env_settings, EnvSettingsSource)
        assert isinstance(dotenv_settings, DotEnvSettingsSource)
        files = _Files(settings_cls, env_settings.env_vars, dotenv_settings.env_vars)
        return init_settings, files, env_settings, dotenv_settings

    @field_validator("timezone")
    @classmethod
    def _zone_exists(cls, value: str) -> str:
        if value not in available_timezones():
            raise ValueError("an IANA zone such as Asia/Jakarta, Asia/Makassar or Asia/Jayapura")
        return value

    @field_validator("admin_ids", mode="before")
    @classmethod
    def _ids(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        parts = [part.strip() for part in value.split(",") if part.strip()]
        if not all(part.isdecimal() for part in parts):
            raise ValueError("Telegram user ids separated by commas, such as 12345678,23456789")
        return frozenset(int(part) for part in parts)

    @field_validator("database_url")
    @classmethod
    def _known_database(cls, value: str) -> str:
        if not value.startswith(("sqlite+aiosqlite:///", "postgresql+psycopg://")):
            raise ValueError("sqlite+aiosqlite:///path/to/file.db or postgresql+psycopg://user:password@host/name")
        return value

    @field_validator("redis_url")
    @classmethod
    def _known_redis(cls, value: str | None) -> str | None:
        if value and not value.startswith(("redis://", "rediss://", "unix://")):
            raise ValueError("redis://host:6379/0, rediss://… with TLS, or unix://path")
        return value

    @field_validator("web_url")
    @classmethod
    def _public_address(cls, value: str | None) -> str | None:
        # Sessions of the dashboard go over it: in the clear on this machine alone, which is the playground's way.
        parts = urlsplit(value or "https://unset.example")
        here = parts.scheme == "http" and is_here(parts.hostname)
        if not (parts.hostname and (parts.scheme == "https" or here)) or parts.path.strip("/") or parts.query:
            raise ValueError("the https address of the pages without a path, such as https://sejawat.sch.id")
        return value.rstrip("/") if value else None

    @field_validator("bot_token")
    @classmethod
    def _token_shape(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None:
            number, colon, rest = value.get_secret_value().partition(":")
            if not (number.isdecimal() and colon and rest):
                raise ValueError("the token @BotFather gave, such as 123456:ABC-DEF")
        return value

    @field_validator("record_store_auth")
    @classmethod
    def _name_and_secret(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and not all(value.get_secret_value().partition(":")):
            raise ValueError("name:secret, as the record store gives them")
        return value

    @field_validator("webhook_secret")
    @classmethod
    def _secret_shape(cls, value: SecretStr | None) -> SecretStr | None:
        # Telegram: 1 to 256 characters of A-Z a-z 0-9 _ -
        plain = value.get_secret_value() if value else "x"
        if not (1 <= len(plain) <= 256 and plain.replace("-", "").replace("_", "").isalnum() and plain.isascii()):
            raise ValueError("1 to 256 characters of A-Z, a-z, 0-9, _ and -")
        return value

    @model_validator(mode="after")
    def _webhook_is_guarded(self) -> "Settings":
        if self.webhook_url and not self.webhook_secret:
            raise ValueError("WEBHOOK_URL needs WEBHOOK_SECRET beside it: without one anybody could send updates")
        return self

    @property
    def token(self) -> str:
        """The bot's token; empty when none is set."""
        return self.bot_token.get_secret_value() if self.bot_token else ""

    @property
    def public_url(self) -> str:
        """Where the pages are reached from outside, without a stroke at the end; empty when nobody has said."""
        webhook = self.webhook_url or ""
        if self.web_url or not webhook.startswith("https:"):
            return self.web_url or ""
        return f"https://{urlsplit(webhook).netloc}"

    @property
    def opens_in_telegram(self) -> bool:
        """Telegram opens https alone; the playground, which is a Bot API server on this machine, takes its own."""
        played = bool(self.web_url) and is_here(urlsplit(self.api_url).hostname)
        return self.public_url.startswith("https:") or played

    @property
    def api_url(self) -> str:
        return (self.telegram_api_url or TELEGRAM).rstrip("/")


def is_here(host: str | None) -> bool:
    """Is that name this machine itself?"""
    return host in ("127.0.0.1", "localhost", "::1")


def load(**overrides: object) -> Settings:
    """Settings from the environment and `.env`; raises BadSetting in one line that says what to do."""
    try:
        return Settings(**overrides)  # type: ignore[arg-type]
    except ValidationError as error:
        raise BadSetting("; ".join(_sentence(dict(problem)) for problem in error.errors())) from None


class Supervisor(NamedTuple):
    """Who started us and wants to hear how we are."""

    address: str  # of a Unix datagram socket; empty: nobody
    beat_seconds: float  # a sign of life is due this often; 0: none is


def supervisor() -> Supervisor:
    """What systemd says of itself in the environment of a service of Type=notify."""
    microseconds = os.environ.get("WATCHDOG_USEC", "")
    return Supervisor(os.environ.get("NOTIFY_SOCKET", ""), int(microseconds) / 1e6 if microseconds.isdecimal() else 0.0)


def _sentence(problem: dict[str, object]) -> str:
    name = ".".join(str(part) for part in problem["loc"]).upper()  # type: ignore[attr-defined]
    allowed = str(problem["msg"]).removeprefix("Value error, ")
    if not name:
        return allowed
    given = problem.get("input")
    secret = name.lower() in SECRETS and (name not in MAY_HOLD_ONE or "@" in str(given))
    shown = "the given value" if secret else repr(given)
    return f"{name}: {shown} cannot be used; wanted: {allowed}"
