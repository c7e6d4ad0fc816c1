"""Background work: sweeps that finish what is due, shared by any number of workers (design, rule 6).

`@sweep(name, every=...)` registers one, `wake(name)` makes it due at once, `stop_asked()` tells a long one to end soon.
"""

from klardesk.jobs.registry import SWEEPS, Sweep, stop_asked, sweep
from klardesk.jobs.wakeups import wake

__all__ = ["SWEEPS", "Sweep", "stop_asked", "sweep", "wake"]
