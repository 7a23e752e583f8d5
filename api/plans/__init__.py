"""Plans: what a request, or all campaigns over the next days, would do, when, and which conflicts there are.

A plan is what `POST /plan` answers. Nothing is done: facts come from the ledger (`known`), the forecast is computed by
`phonefleet.plans`.
"""
