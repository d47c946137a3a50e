"""What a run would do, found out without one: on a copy, or by seeing that there is nothing to do."""
