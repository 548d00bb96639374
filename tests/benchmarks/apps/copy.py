"""Brings a home up to date with its server: `copy` in the environment of that home; prints seconds and CPU seconds."""

from __future__ import annotations

import json
import os
import sys
import time

from kworkbench.composition.opening import open_home
from kworkbench.config import load
from kworkbench.paths import find
from kworkbench.providers import CATALOGS
from kworkbench.services.session import Manner


def main() -> None:
    """One sync of everything, from the request to the last stored row."""
    paths = find(os.environ)
    config = load(paths.config_file)
    chosen = config.connection(config.default)
    opened = open_home(paths, os.environ, config, chosen, Manner())
    opened.workbench.start()
    catalog = CATALOGS[chosen.provider]
    kinds = (*(each.name for each in catalog.related), *catalog.resources)
    begin, cpu = time.perf_counter(), time.process_time()
    problem = opened.home.refresh(chosen.account, kinds).result()
    seconds, worked = time.perf_counter() - begin, time.process_time() - cpu
    opened.close()
    if problem:
        sys.exit(problem)
    sys.stdout.write(json.dumps((seconds, worked)))


if __name__ == "__main__":
    main()
