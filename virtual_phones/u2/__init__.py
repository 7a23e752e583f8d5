"""The uiautomator2 server inside a virtual phone: HTTP and JSON-RPC on `tcp:9008`.

It acts on a VirtualPhone as a user's finger and eye would; it knows neither ADB nor any particular app. The methods are
those of the server that uiautomator2 3.7 ships as u2.jar, one module for a family of them.
"""
