"""`kworkbench doctor`: looks at everything the program stands on. Source: product.md section 11."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from itertools import chain

import click

from kworkbench.cli.checks import CHECKS, Finding, Health, runtime, terminal
from kworkbench.cli.exits import Exit
from kworkbench.cli.state import Run


@click.command("doctor")
@click.pass_obj
def doctor_command(run: Run) -> Exit:
    """Check Python, folders, databases, keyring, servers and the terminal. Each line is ok, warn or fail."""
    failed = False
    for finding in _findings(run):
        run.console.show(f"{finding.health}: {finding.sentence}")
        failed = failed or finding.health is Health.FAIL
    return Exit.REFUSED if failed else Exit.DONE


def _findings(run: Run) -> Iterator[Finding]:
    height = shutil.get_terminal_size().lines if run.console.width is not None else None
    checks = (check(run) for check in CHECKS)
    return chain(runtime(), *checks, terminal(run.console.width, height, os.environ))
