"""The JSON-RPC methods of the server, one family a module; `table` has them all by name."""
