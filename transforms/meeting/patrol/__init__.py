"""Where and when crimes are to be expected: hours of the week drawn together as far as chance asks, times forecasts."""
