"""A magic's line → its options and the rest. Knows how options look, not what they do."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from kumo_magic.errors import OptionError
from kumo_magic.span import Span

_TOKEN = re.compile(r"""(?:[^\s"']|"[^"]*"|'[^']*')+|["']""")
_QUOTED = re.compile(r""""([^"]*)"|'([^']*)'""")


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """``--name VALUE``, or a flag when there is no value."""

    name: str
    words: str
    value: str = ""
    is_repeatable: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """A magic: how it is written and which options it has.

    ``unavailable`` are options of the language that this version does not have, with what to do instead.
    ``query_word`` begins text that is taken as it is.
    """

    usage: tuple[str, ...]
    words: str
    options: tuple[Option, ...] = ()
    unavailable: Mapping[str, str] = field(default_factory=dict)
    query_word: str = ""

    def option(self, name: str) -> Option | None:
        """The option of that name."""
        return next((option for option in self.options if option.name == name), None)

    def help(self) -> str:
        """What `--help` and `?` print."""
        shown = [(f"--{option.name} {option.value}".rstrip(), option.words) for option in self.options]
        width = max((len(name) for name, _ in shown), default=0)
        lines = [self.words, "", *[f"    {line}" for line in self.usage]]
        if shown:
            lines += ["", "Options", *[f"    {name.ljust(width)}  {words}" for name, words in shown]]
        return "\n".join([*lines, f"    {'--help'.ljust(width)}  this text"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A parsed line. ``query`` is what began with the query word, untouched."""

    words: tuple[str, ...]
    values: Mapping[str, tuple[str, ...]]
    query: str = ""

    def get(self, name: str) -> str | None:
        """The option's value; None when it was not given. Flags have an empty one."""
        given = self.values.get(name)
        return given[-1] if given else None

    def all(self, name: str) -> tuple[str, ...]:
        """Every value of a repeatable option."""
        return self.values.get(name, ())

    def has(self, name: str) -> bool:
        """Whether the option was given."""
        return name in self.values


def parse_line(text: str, command: Command) -> Line:
    """The words, options and query of a line.

    Raises:
        OptionError: An option is unknown, not available, given twice, or lacks its value; a quote is left open.
    """
    words: list[str] = []
    values: dict[str, tuple[str, ...]] = {}
    tokens = list(_TOKEN.finditer(text))
    place = 0
    while place < len(tokens):
        token = tokens[place]
        written = token.group()
        if command.query_word and written.upper() == command.query_word:
            return Line(words=tuple(words), values=values, query=text[token.start() :])
        place += 1
        if not written.startswith("--"):
            words.append(_unquoted(written))
            continue
        name, has_value, value = written[2:].partition("=")
        option = _known(name, command)
        if option is None:
            values["help"] = ("",)
            continue
        if option.value and not has_value:
            if place == len(tokens) or tokens[place].group().startswith("--"):
                raise OptionError(f"--{name} needs a value: --{name} {option.value}.")
            value = tokens[place].group()
            place += 1
        if not option.value and has_value:
            raise OptionError(f"--{name} takes no value.")
        if name in values and not option.is_repeatable:
            raise OptionError(f"--{name} is given twice.")
        values[name] = (*values.get(name, ()), _unquoted(value))
    return Line(words=tuple(words), values=values)


def places_of_words(text: str) -> list[Span]:
    """Where the words and options of a line stand."""
    return [Span(token.start(), token.end()) for token in _TOKEN.finditer(text)]


def quoted(word: str) -> str | None:
    """The word as a line holds it, between quotes where it needs them; None where no line can hold it."""
    if re.fullmatch(r"[\w.]+", word) and word.isprintable():
        return word
    sign = next((sign for sign in ('"', "'") if sign not in word), None)
    return f"{sign}{word}{sign}" if sign is not None and word.isprintable() and word else None


def nearest(word: str, choices: Iterable[str]) -> str:
    """`` Did you mean ...?`` for the choice that looks like the word; empty when none does."""
    by_lower = {choice.lower(): choice for choice in choices}
    close = difflib.get_close_matches(word.lower(), by_lower, n=1, cutoff=0.6)
    return f" Did you mean {by_lower[close[0]]}?" if close else ""


def _known(name: str, command: Command) -> Option | None:
    """The option; None for help."""
    if name == "help":
        return None
    option = command.option(name)
    if option is not None:
        return option
    if name in command.unavailable:
        raise OptionError(f"--{name} is not available in this version. {command.unavailable[name]}".rstrip())
    proposal = nearest(f"--{name}", [f"--{option.name}" for option in command.options])
    raise OptionError(f"There is no option --{name}.{proposal or ' --help lists them.'}")


def _unquoted(word: str) -> str:
    """The word without its quotes.

    Raises:
        OptionError: It is a quote that nothing closes.
    """
    if word in ("'", '"'):
        raise OptionError(f"The quote {word} is never closed.")
    return _QUOTED.sub(lambda match: match[1] if match[1] is not None else match[2], word)
