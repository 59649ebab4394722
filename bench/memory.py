"""Making many objects at once without the garbage collector looking at all of them again."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def uncollected() -> Iterator[None]:
    """Pause the cyclic garbage collector: documents are trees, so it would find nothing."""
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        if not gc.get_freeze_count():
            # All that was made is old now: the next collection need not go through it.
            gc.freeze()
            gc.unfreeze()
        gc.enable()
