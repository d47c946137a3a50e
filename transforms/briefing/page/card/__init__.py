"""The method and the model card."""
