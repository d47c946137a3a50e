"""What units resolved and expected: their files into rows; `follow_up` sets the rows beside what then happened."""

from transforms.register.reading import RegisterReading, read_register

__all__ = ["RegisterReading", "read_register"]
