"""Where units are sent: how often intervals hold what they say, on simulated areas."""
