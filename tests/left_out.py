"""Names every test that was left out and why; with CI=true leaving one out is a failure."""

import os

import pytest

LEFT_OUT = pytest.StashKey[dict[str, str]]()


def pytest_configure(config: pytest.Config) -> None:
    config.stash[LEFT_OUT] = {}
    config.pluginmanager.register(_Listener(config), "left-out-listener")


class _Listener:
    def __init__(self, config: pytest.Config) -> None:
        self.left_out = config.stash[LEFT_OUT]

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self._note(report)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        self._note(report)

    def _note(self, report: pytest.TestReport | pytest.CollectReport) -> None:
        # An expected failure is reported as skipped too, but it ran.
        if report.skipped and not hasattr(report, "wasxfail"):
            where = report.longrepr
            reason = str(where[2]) if isinstance(where, tuple) else str(where)
            self.left_out[report.nodeid] = reason.removeprefix("Skipped: ")


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    if session.config.stash[LEFT_OUT] and _nothing_may_be_left_out() and exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    left_out = config.stash[LEFT_OUT]
    if not left_out:
        return
    terminalreporter.section(f"left out: {len(left_out)}", yellow=True)
    for name, reason in left_out.items():
        terminalreporter.line(f"{name}: {reason}")
    if _nothing_may_be_left_out():
        terminalreporter.line("CI=true: every test has to run, so this is a failure.", red=True)


def _nothing_may_be_left_out() -> bool:
    return os.environ.get("CI", "").casefold() in {"true", "1"}
