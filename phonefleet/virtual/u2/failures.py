"""What a JSON-RPC call answers when it fails; the wording is what uiautomator2 recognizes."""

from __future__ import annotations


class CallFailed(Exception):  # noqa: N818 - an answer, not an error of ours
    """The call answers a JSON-RPC error."""

    code = -32001
    message = "java.lang.IllegalStateException"

    def __init__(self, detail: str = "") -> None:
        super().__init__(f"{self.message}: {detail}" if detail else self.message)

    def as_json(self) -> dict[str, object]:
        """Return the `error` member of the answer; `data` stands where Java puts its stack trace."""
        return {"code": self.code, "message": str(self), "data": f"{self}\n\tat com.wetest.uia2.stub"}


class ObjectMissing(CallFailed):
    """No view on the screen matches the selector."""

    code = -32002
    message = "androidx.test.uiautomator.UiObjectNotFoundException"


class BadPattern(CallFailed):
    """A regular expression cannot be compiled."""

    message = "java.util.regex.PatternSyntaxException"


class MethodUnknown(CallFailed):
    """The server has no such method."""

    code = -32601
    message = "method not found"


class ParametersInvalid(CallFailed):
    """The method takes other parameters."""

    code = -32602
    message = "method parameters invalid"


class NotConnected(CallFailed):
    """Android has taken UiAutomation away from the server."""

    message = "java.lang.IllegalStateException: UiAutomation not connected"


class DeadObject(CallFailed):
    """The process at the other end of Android's binder has died."""

    message = "android.os.DeadObjectException"
