"""`phonefleet mcp`: the fleet for agents, over stdio or HTTP."""

from __future__ import annotations

from typing import Annotated

import typer

from deployments.cli.shared import options as o
from deployments.cli.shared.groups import add_command, group
from phonefleet.words import tr

EXAMPLES = """Examples:

phonefleet mcp   for an agent on this computer, which starts it and speaks through its pipes

phonefleet mcp --allow-changes   with the tools that create, stop and retry tasks

phonefleet mcp --http   for agents that call http://127.0.0.1:50810/mcp, each with a token of its own"""
PORT = 50810


def mcp(  # noqa: PLR0913 - a command line has as many options as it has
    *,
    http: Annotated[bool, typer.Option("--http", help="Serve streamable HTTP instead of stdin and stdout.")] = False,
    allow_changes: Annotated[
        bool, typer.Option("--allow-changes", help="Offer the tools that create, stop and retry tasks, too.")
    ] = False,
    host: Annotated[str, typer.Option("--host", help="With --http: the address to serve at.")] = "127.0.0.1",
    port: Annotated[
        int, typer.Option("--port", min=0, max=65535, help="With --http: the port; 0 picks a free one.")
    ] = PORT,
    api: o.ApiUrlOption = None,
    token: o.TokenOption = None,
    home: o.ApiHomeOption = None,
) -> None:
    """Let agents that speak the Model Context Protocol see the fleet: phones, tasks, screens, plans.

    They may only read, unless --allow-changes lets them create, stop and retry tasks. They never release a hold. Over
    HTTP each request needs a token where the API does, and may do what its role may; see docs/guide/agents.md.
    """
    from deployments.agents.access import with_callers_token, with_own_token  # noqa: PLC0415 - heavy
    from deployments.agents.server import agent_server  # noqa: PLC0415 - heavy
    from deployments.cli.shared.api_access import api_client  # noqa: PLC0415 - heavy

    with api_client(api, token, home) as client:
        url, own, authority = client.url, client.token, client.authority
    if not http:
        agent_server(with_own_token(url, own, authority), allow_changes=allow_changes).run("stdio")
        return
    from deployments.agents import over_http  # noqa: PLC0415 - heavy
    from deployments.launcher.ports import claim  # noqa: PLC0415 - heavy

    over_http.check_closed(url, host, authority)
    port = claim(port, "--port", host)
    server = agent_server(with_callers_token(url, authority), allow_changes=allow_changes)
    app = over_http.http_app(server, url, host, authority)
    shown = f"[{host}]" if ":" in host else host
    typer.echo(tr("Agents call http://{shown}:{port}{path}", shown=shown, port=port, path=over_http.PATH), err=True)
    over_http.serve(app, host, port)


app = group()
add_command(app, "mcp", mcp, epilog=EXAMPLES)
