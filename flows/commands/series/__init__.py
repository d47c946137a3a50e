"""What an officer asks of crimes that may be of one hand: link and profile; answers go to a folder, nowhere else."""
