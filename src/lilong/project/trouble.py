"""An expected failure of the installation, told to the person at the keyboard."""


class Trouble(Exception):
    """Something outside the program is not as it must be: one sentence says what, another what to do about it."""

    def __init__(self, text: str, remedy: str) -> None:
        super().__init__(f"{text} {remedy}")
        self.text = text
        self.remedy = remedy
