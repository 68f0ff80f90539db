"""A Greenroom module in plain Python 3.9: run_module() speaks protocol version 1 over descriptor 3 or stdin and stdout."""

import json
import os
import sys
import threading
import traceback
from concurrent.futures import Future


class Misconfigured(Exception):
    """Raised by init: no restart will help until somebody changes the config."""

    code = "MISCONFIGURED"


class HandlerMissing(Exception):
    code = "HANDLER_MISSING"


class CallFailed(Exception):
    """A call to the host was answered with an error."""


class Host:
    """What a module may say to its host. All methods may be called from any thread."""

    def __init__(self, reader, writer):
        self.reader, self._writer, self._lock = reader, writer, threading.Lock()
        self._pending, self._last_id = {}, 0

    def send(self, frame):
        line = json.dumps(frame, ensure_ascii=False, allow_nan=False).encode() + b"\n"
        with self._lock:
            try:
                self._writer.write(line)
                self._writer.flush()
            except OSError:
                pass  # the host is gone; run_module reads the end of the channel and leaves

    def notify(self, name, payload=None):
        self.send({"type": "notify", "name": name, "payload": payload})

    def call(self, name, payload=None, timeout=5.0):
        """Calls the app and waits for its answer, in seconds; raises CallFailed or concurrent.futures.TimeoutError."""
        future = Future()
        with self._lock:
            self._last_id += 1
            call_id = self._last_id
            self._pending[call_id] = future
        try:
            self.send({"type": "call", "id": call_id, "name": name, "payload": payload})
            return future.result(timeout)
        finally:
            if self._pending.pop(call_id, None) is not None:
                self.send({"type": "cancel", "id": call_id})

    def log(self, level, message):
        self.notify("$log", {"level": level, "message": message})

    def status(self, level, message):
        self.notify("$status", {"level": level, "message": message})

    def extend_deadline(self, seconds):
        self.notify("$extend", {"milliseconds": seconds * 1000})

    def unregister(self):
        self.send({"type": "notify", "name": "$unregister"})

    def answered(self, frame):
        future = self._pending.pop(frame["id"], None)
        if future is not None and frame["type"] == "result":
            future.set_result(frame.get("value"))
        elif future is not None:
            future.set_exception(CallFailed(frame["error"].get("message", "no reason was given")))

    def leave(self, code):
        sys.stderr.flush()
        with self._lock:  # never in the middle of a frame
            os._exit(code)  # sys.exit would end nothing but its own thread


class Module:
    """Answers the host: pings at once, everything else in a thread of its own, so that a slow call blocks nobody."""

    def __init__(self, host, reserved, stop, calls):
        self._host, self._reserved, self._calls, self._stop = host, reserved, calls, stop
        self._cancelled, self._stopping = {}, threading.Lock()

    def receive(self, frame):
        if frame["type"] in ("result", "error"):
            self._host.answered(frame)
        elif frame["type"] == "cancel":
            self._cancelled.get(frame["id"], threading.Event()).set()
        elif frame["type"] == "call" and frame["name"] == "$ping":
            self._host.send({"type": "result", "id": frame["id"]})
        elif frame["type"] == "call":
            self._cancelled[frame["id"]] = threading.Event()
            threading.Thread(target=self._answer, args=(frame,), daemon=True).start()

    def stop(self):
        if self._stopping.acquire(blocking=False):
            self._stop()

    def _answer(self, frame):
        failed = False
        try:
            value = self._handler(frame["name"])(frame.get("payload"), self._cancelled[frame["id"]])
            self._host.send({"type": "result", "id": frame["id"], "value": value})
        except Exception as error:
            failed = True
            self._host.send({"type": "error", "id": frame["id"], "error": described(error)})
        del self._cancelled[frame["id"]]
        if frame["name"] == "$stop":
            self._host.unregister()
            self._host.leave(1 if failed else 0)

    def _handler(self, name):
        if name == "$stop":
            return lambda _payload, _cancelled: self.stop()
        handler = (self._reserved if name.startswith("$") else self._calls).get(name)
        if handler is None:
            raise HandlerMissing(f"this module has no call {name}; it has: {', '.join(sorted(self._calls)) or 'none'}")
        return handler


def described(error):
    code = getattr(error, "code", None)
    answer = {"name": type(error).__name__, "message": str(error), "stack": traceback.format_exc()}
    return {**answer, "code": code} if isinstance(code, str) else answer


def run_module(init, configure=None, stop=lambda: None, calls=None, name=None, version=None):
    """Registers, then serves the host until it stops this module or is gone.

    init and configure get (settings, host), calls get (payload, cancelled), where cancelled is a threading.Event.
    """
    descriptor, channel = os.environ.pop("GREENROOM_TOKEN_FD", None), os.environ.get("GREENROOM_CHANNEL")
    if not descriptor or channel not in ("fd:3", "stdio"):
        sys.exit("This program is a Greenroom module: start it with `greenroom run <file.json>`, channel lines or stdio.")
    token = take_token(int(descriptor))
    host = Host(*open_channel(channel))
    about = {"name": name or os.path.basename(sys.argv[0]), **({"version": version} if version else {})}
    host.send({"type": "register", "token": token, "versions": [1], "module": about, "sdk": "greenroom_module.py"})
    answer = json.loads(host.reader.readline() or b'{"type": "closed"}')
    if answer["type"] != "registered":
        print("The host refused this module:", answer.get("message", "it closed the channel"), file=sys.stderr)
        host.leave(78 if answer.get("code") == "VERSION_UNSUPPORTED" else 77)
    threading.excepthook = lambda caught: (traceback.print_exception(*caught[:3]), host.leave(1))
    settle = {"$init": init, "$configure": configure}
    module = Module(host, {key: settler(work, host) for key, work in settle.items() if work}, stop, calls or {})
    for line in host.reader:
        module.receive(json.loads(line))
    last = threading.Thread(target=module.stop, daemon=True)
    last.start()
    last.join(1)
    host.leave(0)


def settler(work, host):
    def settle(settings, _cancelled):
        work(settings, host)

    return settle


def take_token(descriptor):
    token = b""
    while len(token) < 65:  # 64 digits and a newline, and not a byte more: on stdin, frames follow
        more = os.read(descriptor, 65 - len(token))
        if not more:
            break
        token += more
    if descriptor > 2:
        os.close(descriptor)
    return token.decode().strip()


def open_channel(channel):
    if channel == "fd:3":
        return open(3, "rb", closefd=False), open(3, "wb", closefd=False)
    reader, writer = sys.stdin.buffer, sys.stdout.buffer
    sys.stdout = sys.stderr  # stdout is the wire from here on: a print must not end up in it
    return reader, writer
