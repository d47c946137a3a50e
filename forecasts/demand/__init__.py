"""112 calls by the hour: a month's forecast spread over its days and slots, and how far each sum may stray."""
