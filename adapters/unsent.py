"""Whether a failed request ever left this machine: the difference between `Unavailable` and `OutcomeUnknown`.

The clients of Stripe and EasyPost both send through requests, which wraps what urllib3 raised.
"""

from __future__ import annotations

from requests.exceptions import ConnectTimeout
from urllib3.exceptions import ConnectTimeoutError, NewConnectionError

# A refused or timed-out connection, or a name that could not be resolved: no byte of the request was sent.
_NEVER_CONNECTED = (ConnectTimeout, ConnectTimeoutError, NewConnectionError)


def never_left(error: BaseException) -> bool:
    """True only when the error was surely raised before the request was sent."""
    link: BaseException | None = error
    while link is not None:
        if isinstance(link, _NEVER_CONNECTED):
            return True
        link = link.__cause__ or link.__context__
    return False
