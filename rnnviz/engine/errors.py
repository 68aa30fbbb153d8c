"""The one exception that carries a sentence for the user."""


class UserError(Exception):
    """What the user can put right: a message key of the catalogue and the values its sentence names.

    The engine stays free of any language; the edge (window or command) looks the sentence up.
    ``str(error)`` names key and values, for logs.
    """

    def __init__(self, key: str, /, **values: object) -> None:
        self.key = key
        self.values: dict[str, object] = values
        shown = ", ".join(f"{name}={value!r}" for name, value in values.items())
        super().__init__(f"{key}({shown})")

    def __reduce__(self) -> tuple[object, ...]:
        """Let the error cross a process boundary whole (the default forgets keyword arguments)."""
        return _rebuild, (self.key, self.values)


def _rebuild(key: str, values: dict[str, object]) -> UserError:
    return UserError(key, **values)
