"""The command line as a whole, and what is said when the arguments do not fit."""

import argparse
import re
from typing import NoReturn

from rnnviz.cli.commands import COMMANDS
from rnnviz.engine.errors import UserError
from rnnviz.files.catalogue import LANGUAGES, Catalogue

# argparse speaks one language.  Each of its complaints is recognised here and said again from the catalogue.
_COMPLAINTS = (
    (
        r"argument (?P<name>.+?): invalid choice: (?P<value>.+?) \(choose from (?P<allowed>.+)\)",
        "error.cli-choice",
    ),
    (r"the following arguments are required: (?P<names>.+)", "error.cli-required"),
    (r"unrecognized arguments: (?P<names>.+)", "error.cli-unknown"),
    (r"one of the arguments (?P<names>.+) is required", "error.cli-one-of"),
    (r"argument (?P<name>.+?): not allowed with argument (?P<other>.+)", "error.cli-together"),
    (r"argument (?P<name>.+?): expected .+", "error.cli-no-value"),
    (r"argument (?P<name>.+?): ignored explicit argument (?P<value>.+)", "error.cli-takes-no-value"),
    (r"argument (?P<name>.+?): invalid \w+ value: (?P<value>.+)", "error.cli-value"),
)


class Parser(argparse.ArgumentParser):
    """An ArgumentParser whose complaints are UserError "error.cli-…" instead of an exit from within."""

    def error(self, message: str) -> NoReturn:
        """Raise what argparse complains about.  Raises UserError."""
        for pattern, key in _COMPLAINTS:
            found = re.fullmatch(pattern, message, re.DOTALL)
            if found:
                raise UserError(
                    key, **{name: part.replace("'", "") for name, part in found.groupdict().items()}
                )
        raise UserError("error.cli-other", message=message)


def build_parser(catalogue: Catalogue) -> Parser:
    """Every command with its options; help in the catalogue's language."""
    say = catalogue.text
    common = Parser(add_help=False)
    # SUPPRESS: a default of the command would overwrite what stands before the command.
    common.add_argument("--lang", choices=LANGUAGES, default=argparse.SUPPRESS, help=say("cli.lang"))
    parser = Parser(
        prog="rnnviz",
        description=say("cli.description"),
        epilog=say("cli.epilog"),
        parents=[common],
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="store_true", help=say("cli.version"))
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", title=say("cli.commands"))
    for name, command in COMMANDS.items():
        about = say(f"cli.{name}")
        child = commands.add_parser(name, help=about, description=about, parents=[common], allow_abbrev=False)
        command.declare(child, say)
    return parser


def language_of(words: list[str], fallback: str) -> str:
    """The language asked for by ``--lang``, known before anything is parsed so that complaints can use it."""
    for place, word in enumerate(words):
        value = word.removeprefix("--lang=") if word.startswith("--lang=") else None
        if word == "--lang" and place + 1 < len(words):
            value = words[place + 1]
        if value in LANGUAGES:
            return value
    return fallback
