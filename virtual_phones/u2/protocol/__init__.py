"""How calls come in and answers go out: HTTP/1.1, JSON-RPC 2.0, and parameters as Jackson reads them."""
