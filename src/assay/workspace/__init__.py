"""What the team decides and does: engine, sessions, migrations, queries."""
