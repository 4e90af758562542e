"""Spans to traces: shared by every store that hands out spans (OTLP, Phoenix, MLflow), and itself no kind of source.

The way through: `files` takes files apart into records, `otlp`, `phoenix_rows` and `mlflow_traces` turn records into
pieces (`pieces`), `spool` lays the pieces of a trace together, `assembled` makes the trace of them: `tree` finds the
root, `reading` reads a span by the conventions (with `attributes`, `given`, `speech`, `passages`), `scores` turns what
was judged into metrics and reviews.
"""
