"""A program that speaks the command protocol, and does to document "b" what it is told."""

import json
import os
import signal
import sys
import time

PREDICTION = {"id": "b", "events": []}


def say(*messages: object) -> None:
    for message in messages:
        sys.stdout.write(message if isinstance(message, str) else json.dumps(message) + "\n")
    sys.stdout.flush()


def noise(lines: int) -> None:
    for i in range(0, lines, 1000):
        sys.stderr.write("".join(f"noise {j}\n" for j in range(i, i + 1000)))


WAYS = {
    "well": lambda: say(PREDICTION),
    "ends": lambda: sys.exit(3),
    "dies": lambda: os.kill(os.getpid(), signal.SIGKILL),
    "hangs": lambda: time.sleep(1000),
    "hangs within a line": lambda: (say('{"id": "b", "ev'), time.sleep(1000)),
    "ends within a line": lambda: (say('{"id": "b", "ev'), sys.exit(0)),
    "half a JSON": lambda: say('{"id": "b", "ev\n'),
    "chats": lambda: say("Loading the model …\n", PREDICTION),
    "no UTF-8": lambda: (sys.stdout.buffer.write(b'{"id": "\xff"}\n'), sys.stdout.flush()),
    "a list": lambda: say([PREDICTION]),
    "wrong type": lambda: say({"id": "b", "events": [{"type": 3, "trigger": {"text": "x"}}]}),
    "unknown field": lambda: say({"id": "b", "event": []}),
    "another document": lambda: say({"id": "zzz", "events": []}),
    "the next document": lambda: say({"id": "c", "events": []}),
    "a greeting": lambda: say({"protocol": "eventbench/1", "name": "x", "version": "1"}),
    "refuses": lambda: say({"id": "b", "error": "it is\ntoo long"}),
    "a line without end": lambda: [say("x" * (1 << 20)) for _ in range(100)],
    "twice": lambda: say(PREDICTION, PREDICTION),
    "without end": lambda: [say(PREDICTION) for _ in range(1000)],
    "noise": lambda: (noise(1_000_000), say(PREDICTION)),
    "noise, then ends": lambda: (noise(10_000), sys.exit("out of memory")),
}

if __name__ == "__main__":
    for line in sys.stdin:
        asked = json.loads(line)
        if "protocol" in asked:
            details = {"pid": str(os.getpid()), **asked["options"]}
            say({"protocol": "eventbench/1", "name": "bad", "version": "1", "details": details})
        elif asked["id"] == "b":
            WAYS[sys.argv[1]]()
        else:
            say({"id": asked["id"], "events": []})
