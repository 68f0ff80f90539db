"""A thermometer without a device: notifies the app of `temperature` each second and answers the call `read`."""

import math
import threading
import time

from greenroom_module import Misconfigured, run_module

settings = {"name": "thermometer", "unit": "C"}
ended = threading.Event()


def take(config):
    config = config if isinstance(config, dict) else {}
    unit = config.get("unit", "C")
    if unit not in ("C", "F"):
        raise Misconfigured(f"the unit must be C or F; it is {unit!r}")
    settings.update(name=config.get("name", "thermometer"), unit=unit)


def read(_payload=None, _cancelled=None):
    celsius = 21 + 2 * math.sin(time.time() / 60)
    value = celsius if settings["unit"] == "C" else celsius * 9 / 5 + 32
    return {"name": settings["name"], "unit": settings["unit"], "value": round(value, 1)}


def report(host):
    while not ended.wait(1):
        host.notify("temperature", read())


def init(given, host):
    take(given["config"])
    host.status("ok", f"{settings['name']} measures in {settings['unit']}")
    threading.Thread(target=report, args=(host,), daemon=True).start()


def configure(given, host):
    take(given["config"])
    host.status("ok", f"{settings['name']} measures in {settings['unit']}")


run_module(init=init, configure=configure, stop=ended.set, calls={"read": read}, name="thermometer", version="1.0.0")
