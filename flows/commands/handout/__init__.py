"""Commands that write a published month to a folder to hand out: tables for readers outside, briefings once more."""
