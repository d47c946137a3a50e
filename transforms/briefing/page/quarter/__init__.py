"""The quarter behind and the quarter ahead."""
