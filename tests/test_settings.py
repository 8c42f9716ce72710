"""What a machine has to say before anything starts, and how it is told what lacks."""

import os
import runpy
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
REQUIRED = {"SECRET_KEY": "x", "ALLOWED_HOSTS": "localhost", "SITE_URL": "http://site"}
# Read by nobody but settings.py, and set by no shell.
BARE = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}


def settings(monkeypatch, tmp_path, **environment: str) -> dict:
    for name in set(os.environ) - set(BARE):
        monkeypatch.delenv(name)
    for name, value in ({"SCORECARD_VAR_DIR": str(tmp_path)} | environment).items():
        monkeypatch.setenv(name, value)
    return runpy.run_path(str(ROOT / "scorecard_site" / "settings.py"))


def refusal(monkeypatch, tmp_path, **environment: str) -> str:
    with pytest.raises(SystemExit) as stopped:
        settings(monkeypatch, tmp_path, **environment)
    return str(stopped.value)


@pytest.mark.parametrize(
    "command",
    [
        ["manage.py", "migrate"],
        ["manage.py", "check"],
        ["-m", "celery", "-A", "scorecard_site", "worker"],
    ],
)
def test_commands_on_a_bare_machine_name_all_that_is_missing(command, tmp_path):
    ended = subprocess.run(
        [sys.executable, *command],
        cwd=ROOT,
        env=BARE | {"SCORECARD_VAR_DIR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )

    assert ended.returncode == 1
    assert ended.stdout == ""
    assert ended.stderr.splitlines() == [
        "Nothing was started. Set these environment variables; "
        "docs/settings.md says what each one is:",
        "  SECRET_KEY: Environment variable not set.",
        "  ALLOWED_HOSTS: Environment variable not set.",
        "  SITE_URL: Environment variable not set.",
    ]


def test_with_what_is_required_the_settings_are_read(monkeypatch, tmp_path):
    read = settings(monkeypatch, tmp_path, **REQUIRED)

    assert read["SITE_URL"] == "http://site"
    assert read["DATABASES"]["default"]["NAME"] == f"{tmp_path}/scorecard.sqlite3"
    assert read["SECURE_SSL_REDIRECT"]


def test_hosts_are_read_with_spaces_between_them(monkeypatch, tmp_path):
    read = settings(
        monkeypatch, tmp_path, **REQUIRED | {"ALLOWED_HOSTS": "a.org, b.org"}
    )

    assert read["ALLOWED_HOSTS"] == ["a.org", "b.org"]


@pytest.mark.parametrize(
    ("name", "value", "why"),
    [
        ("SECRET_KEY", "", "Environment variable is empty."),
        ("ALLOWED_HOSTS", "", "Environment variable is empty."),
        ("SITE_URL", "scorecard.example", "Not a valid URL."),
        ("DEBUG", "perhaps", "Not a valid boolean."),
        ("SECURE_TLS", "", "Not a valid boolean."),
        ("DATABASE_URL", "nonsense", "Not like postgres://user:password@host/name."),
        ("DATABASE_URL", "mysql://h/n", "Not like postgres://user:password@host/name."),
        (
            "DATABASE_URL",
            "postgres://h:port/n",
            "Not like postgres://user:password@host/name.",
        ),
        ("CELERY_BROKER_URL", "localhost", "Not like redis://host:6379/0."),
        ("SCORECARD_VAR_DIR", "/dev/null/var", "Not a folder: Not a directory."),
        ("EMAIL_PORT", "smtp", "Not a valid integer."),
        ("LOG_LEVEL", "loud", "Not a valid log level."),
    ],
)
def test_a_value_that_cannot_be_read_is_named(monkeypatch, tmp_path, name, value, why):
    said = refusal(monkeypatch, tmp_path, **REQUIRED | {name: value})

    assert said.splitlines()[1:] == [f"  {name}: {why}"]


def test_the_demo_is_for_localhost(monkeypatch, tmp_path):
    here = REQUIRED | {"SCORECARD_DEMO": "true"}
    assert settings(monkeypatch, tmp_path, **here)["DEMO"]

    said = refusal(
        monkeypatch, tmp_path, **here | {"ALLOWED_HOSTS": "scorecard.example"}
    )

    assert said.splitlines()[1:] == [
        "  ALLOWED_HOSTS: SCORECARD_DEMO is for localhost."
    ]


def test_a_wrong_value_is_not_printed(monkeypatch, tmp_path):
    url = "mysql://scorecard:a-password@host/name"

    assert "a-password" not in refusal(monkeypatch, tmp_path, DATABASE_URL=url)


def test_every_variable_is_described(monkeypatch, tmp_path):
    read = settings(monkeypatch, tmp_path, **REQUIRED)
    described = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")

    assert [name for name in read["env"].dump() if f"`{name}`" not in described] == []
