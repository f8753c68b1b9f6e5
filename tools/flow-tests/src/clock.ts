/**
 * The clock of moto's executor: as far ahead of the real clock as the last request to `/clock?ahead=<seconds>` said. Waits and
 * time limits of state machines end by this clock.
 */
export const clockOfMoto = `
import threading
import time
from urllib.parse import parse_qs

ahead = 0.0
real_time, real_sleep, real_wait = time.time, time.sleep, threading.Event.wait
tick = 0.05

def now():
    return real_time() + ahead

def sleep(seconds):
    end = now() + seconds
    while (left := end - now()) > 0:
        real_sleep(min(tick, left))

def wait(event, timeout=None):
    if timeout is None:
        return real_wait(event)
    end = now() + timeout
    while not event.is_set() and (left := end - now()) > 0:
        real_wait(event, min(tick, left))
    return event.is_set()

time.time, time.sleep, threading.Event.wait = now, sleep, wait

def wrap(app):
    def with_clock(environ, start_response):
        global ahead
        if environ["PATH_INFO"] != "/clock":
            return app(environ, start_response)
        ahead = float(parse_qs(environ["QUERY_STRING"])["ahead"][0])
        start_response("200 OK", [("content-type", "text/plain")])
        return [b"ok"]
    return with_clock
`;
