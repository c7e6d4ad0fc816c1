"""`python -m tests.oracles [NAME …]`: run the oracles named (default: all); exit 1 if a fact or consensus differs.

`KLARDESK_ORACLES` names the folder of cases (default: ../shared/oracles beside the checkout). Differences go to stderr;
the last lines, one per oracle, to stdout. `--opinions` also tells where only opinions differ.
"""

from __future__ import annotations

import argparse
import sys
from json import JSONDecodeError

from tests.oracles.cases import Unreadable
from tests.oracles.registry import NAMES, Oracle, folder, load
from tests.oracles.result import Result


def main(arguments: list[str] | None = None) -> int:
    """Run the oracles; the exit code: 0 all agree, 1 something differs, 2 the cases are absent or not of the form."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.oracles", description="Compare with what other projects expect."
    )
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"which: {', '.join(NAMES)} (default: all)")
    parser.add_argument("--opinions", action="store_true", help="also tell differences of opinion")
    chosen = parser.parse_args(arguments)
    if unknown := set(chosen.names) - set(NAMES):
        parser.error(f"unknown oracle: {', '.join(sorted(unknown))}")
    if not folder().is_dir():
        print(f"{folder()} is absent; set KLARDESK_ORACLES to the folder of cases", file=sys.stderr)
        return 2
    results = []
    for name in chosen.names or NAMES:
        module = load(name)
        try:
            results.append(_compared(name, module))
        except Unreadable as trouble:
            print(f"{name}: {trouble}", file=sys.stderr)
            return 2
        for failure in results[-1].failures:
            print(f"{name}: {failure}", file=sys.stderr)
        if chosen.opinions and hasattr(module, "comparisons"):
            for case, field, status, difference in module.comparisons(folder()):
                if difference and not status.startswith(module.BINDING):
                    print(f"{name} ({status}): {case} {field}: {difference}", file=sys.stderr)
    for result in results:
        print(result)
    return int(any(result.failed for result in results))


def _compared(name: str, module: Oracle) -> Result:
    """What an oracle found. Raises Unreadable where its cases are absent or not of the form."""
    try:
        result = module.run(folder())
    except (FileNotFoundError, JSONDecodeError) as error:
        raise Unreadable(f"the cases in {folder()} cannot be read: {error}") from error
    if not result.passed + result.failed + result.opinion:
        raise Unreadable(f"there is no case in {folder()}")
    return result


if __name__ == "__main__":
    sys.exit(main())
