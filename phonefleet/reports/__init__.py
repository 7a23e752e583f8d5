"""The daily report: what phones have done in a span of time, and what needs a person now.

`day` is what it tells, `words` how. It knows neither the database nor where a report goes.
"""
