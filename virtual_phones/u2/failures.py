"""What a JSON-RPC call answers when it fails, in the form of the server's `ErrorResolver` and of jsonrpc4j.

An exception of Java is code -32001 with nothing but the full name of its class as message. Its text is in `data`: alone
when an object was not found, else as the first line of a stack trace.
"""

from __future__ import annotations


class CallFailed(Exception):  # noqa: N818 - an answer, not an error of ours
    """The call answers a JSON-RPC error; the default is an exception of Java."""

    code = -32001
    message = "java.lang.IllegalStateException"

    def __init__(self, text: str = "") -> None:
        super().__init__(text)
        self.text = text

    def as_json(self) -> dict[str, object]:
        """Return the `error` member of the answer."""
        return {"code": self.code, "message": self.message, "data": self.data}

    @property
    def data(self) -> str:
        """The stack trace."""
        first = f"{self.message}: {self.text}" if self.text else self.message
        return f"{first}\n\tat com.wetest.uia2.stub.AutomatorServiceImpl\n\tat java.lang.reflect.Method.invoke\n"


class ObjectMissing(CallFailed):
    """No view on the screen matches the selector, or no object has the name."""

    message = "androidx.test.uiautomator.UiObjectNotFoundException"

    @property
    def data(self) -> str:
        """What was looked for, without a stack trace."""
        return self.text


class IllegalState(CallFailed):
    """The server, or Android, is not in a state for this."""


class IllegalArgument(CallFailed):
    """A parameter has no meaning."""

    message = "java.lang.IllegalArgumentException"


class NullPointer(CallFailed):
    """A parameter is null."""

    message = "java.lang.NullPointerException"


class Mismatched(CallFailed):
    """A parameter is of another type."""

    message = "com.fasterxml.jackson.databind.exc.MismatchedInputException"


class Misformatted(CallFailed):
    """A parameter is a text that is no number."""

    message = "com.fasterxml.jackson.databind.exc.InvalidFormatException"


class Unrecognized(CallFailed):
    """A parameter has a member that its class does not have."""

    message = "com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException"


class OutOfRange(CallFailed):
    """A parameter is a number that its type cannot hold."""

    message = "com.fasterxml.jackson.core.exc.InputCoercionException"


class Unexpected(CallFailed):
    """The virtual server itself has failed."""

    message = "java.lang.RuntimeException"


class BadPattern(CallFailed):
    """A regular expression cannot be compiled."""

    message = "java.util.regex.PatternSyntaxException"


class NotConnected(IllegalState):
    """Android has taken UiAutomation away from the server."""

    def __init__(self) -> None:
        super().__init__("UiAutomation not connected, UiAutomation@5deffd5[id=-1, displayId=0, flags=0]")


class DeadObject(CallFailed):
    """The process at the other end of Android's binder has died."""

    message = "android.os.DeadObjectException"


class Refused(CallFailed):
    """The call reaches no method: jsonrpc4j itself answers."""

    def as_json(self) -> dict[str, object]:
        """Return the `error` member; there is no `data`."""
        return {"code": self.code, "message": self.message}


class NotJson(Refused):
    """What came cannot be parsed."""

    code = -32700
    message = "JSON parse error"


class NoRequest(Refused):
    """What came is JSON, but no object."""

    code = -32600
    message = "invalid request"


class MethodUnknown(Refused):
    """The server has no such method."""

    code = -32601
    message = "method not found"


class ParametersInvalid(Refused):
    """No signature of the method has this number of parameters."""

    code = -32602
    message = "method parameters invalid"


class Crashed(Exception):  # noqa: N818 - an answer, not an error of ours
    """An exception leaves the HTTP server's handler: the connection is closed without an answer."""
