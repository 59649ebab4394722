"""The version of EventBench: here alone, as reading it from installed metadata takes long."""

VERSION = "0.1.0"
