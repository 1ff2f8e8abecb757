"""Wrong passwords: how long an account, or the address they come from, has to wait."""

from __future__ import annotations

import threading
from collections import OrderedDict
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address
from typing import NamedTuple

from hechang.terms.dates import Clock

OF_ACCOUNT = 5  # wrong passwords of one account that cost nothing
OF_ADDRESS = 20  # of one address, behind which a whole office may sit
FIRST = 30.0  # s to wait after one more; then twice as long each time
LONGEST = 3600.0  # s
FORGOTTEN = timedelta(hours=1)  # without a try, after which an address begins anew
KNOWN = 10_000  # addresses that are remembered, the last ones
NETWORK = 64  # bits of an IPv6 address that one customer has for himself


def wait_after(wrong: int, free: int = OF_ACCOUNT) -> float:
    """Return how many seconds nobody is let in after so many wrong passwords.

    Examples
    --------
    >>> [wait_after(n) for n in (4, 5, 6, 7, 99)]
    [0.0, 30.0, 60.0, 120.0, 3600.0]
    """
    return 0.0 if wrong < free else min(FIRST * 2.0 ** min(wrong - free, 20), LONGEST)


class Tries(NamedTuple):
    """Wrong tries of one address, the last of them, and until when it is not listened to."""

    wrong: int
    last: datetime
    until: datetime


class Callers:
    """Wrong tries by address, in the memory of one server: forgotten when it stops."""

    def __init__(self, clock: Clock, known: int = KNOWN) -> None:
        self._clock = clock
        self._most = known
        self._of: OrderedDict[str, Tries] = OrderedDict()
        self._lock = threading.Lock()

    def wait(self, address: str) -> float:
        """Return for how many seconds an address is not listened to yet."""
        with self._lock:
            found = self._of.get(network(address))
        return max((found.until - self._clock()).total_seconds(), 0.0) if found else 0.0

    def tried(self, address: str) -> None:
        """Note a try before it is known to be right: tries at the same moment count too."""
        now = self._clock()
        with self._lock:
            before = self._of.pop(network(address), None)
            wrong = before.wrong + 1 if before and now - before.last < FORGOTTEN else 1
            self._of[network(address)] = Tries(wrong, now, now + timedelta(seconds=wait_after(wrong, OF_ADDRESS)))
            while len(self._of) > self._most:
                self._of.popitem(last=False)

    def right(self, address: str) -> None:
        """Take back the try that was right; the wrong ones before it stay."""
        with self._lock:
            found = self._of.get(network(address))
            if found:
                self._of[network(address)] = Tries(found.wrong - 1, found.last, self._clock())


def network(address: str) -> str:
    """Return what of an address counts: of IPv6 the network, or one machine could try from any number of addresses.

    Examples
    --------
    >>> network("192.0.2.7"), network("2001:db8:1:2:3:4:5:6"), network("::ffff:192.0.2.7"), network("unknown")
    ('192.0.2.7', '2001:db8:1:2::', '192.0.2.7', 'unknown')
    """
    try:
        found = ip_address(address)
    except ValueError:
        return address[:100]
    if not isinstance(found, IPv6Address):
        return str(found)
    inside = found.ipv4_mapped
    return str(inside or IPv6Address(int(found) >> NETWORK << NETWORK))
