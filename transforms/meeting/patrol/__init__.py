"""When of the week crimes are to be expected where: profiles drawn together as far as chance asks, times the forecast."""
