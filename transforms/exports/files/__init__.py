"""From a path in the inbox to the exports in it: archives opened safely, and what names and rows say they cover."""
