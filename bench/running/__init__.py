"""Running systems: `runner` over a corpus, `jobs` over batches, `hosts` over processes.

Outside of the process that holds a system are `processes`, `hosts` and `jobs`; inside are `worker`
and `extraction`, and `commands` if the system is a program of another language.
"""
