"""A bad setting names itself, the value and what is allowed."""

import pytest

from bot.settings import BadSetting, load


@pytest.mark.parametrize(
    ("setting", "value", "said"),
    [
        ("TIMEZONE", "Jakarta", "TIMEZONE: 'Jakarta' cannot be used; wanted: an IANA zone"),
        ("ADMIN_IDS", "12,Budi", "ADMIN_IDS: '12,Budi' cannot be used; wanted: Telegram user ids"),
        ("RETENTION_DAYS", "0", "RETENTION_DAYS: '0' cannot be used"),
        ("LANGUAGE", "jv", "LANGUAGE: 'jv' cannot be used"),
        ("DATABASE_URL", "mysql://x", "DATABASE_URL: 'mysql://x' cannot be used; wanted: sqlite+aiosqlite:///"),
        ("POLICY_PROFILE", "pmm", "POLICY_PROFILE: 'pmm' cannot be used"),
        ("WEB_PORT", "99999", "WEB_PORT: '99999' cannot be used"),
        ("WEBHOOK_URL", "https://sejawat.example/t", "WEBHOOK_URL needs WEBHOOK_SECRET"),
    ],
)
def test_a_bad_value_is_one_sentence(monkeypatch: pytest.MonkeyPatch, setting: str, value: str, said: str):
    monkeypatch.setenv(setting, value)
    with pytest.raises(BadSetting) as refused:
        load()
    assert said in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_bad_secret_is_not_repeated(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("BOT_TOKEN", "hunter2")
    monkeypatch.setenv("WEBHOOK_SECRET", "spasi tidak boleh")
    with pytest.raises(BadSetting) as refused:
        load()
    assert "hunter2" not in str(refused.value)
    assert "spasi" not in str(refused.value)


def test_owners_are_read_from_a_list(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("ADMIN_IDS", " 12, 34 ,")
    assert load().admin_ids == {12, 34}
