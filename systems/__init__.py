"""The extractors that ship with EventBench; installed as ``bench.systems``."""
