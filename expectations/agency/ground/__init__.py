"""Where an agency is: its outlines and area, where its points may lie, and which cells are not told."""
