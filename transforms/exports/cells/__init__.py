"""The text of a cell → what it stands for: a number, a day, a moment, a district, a total."""
