import pytest

from kumo_magic.errors import OptionError
from kumo_magic.magic.options import Command, Option, parse_line

COMMAND = Command(
    usage=("%do",),
    words="Do it.",
    options=(
        Option(name="as", value="NAME", words="a name"),
        Option(name="labels", words="a flag"),
        Option(name="link", value="A=B", words="many", is_repeatable=True),
    ),
    unavailable={"preset": "Use --budget."},
    query_word="PREDICT",
)


def test_words_and_options_come_in_any_order() -> None:
    line = parse_line("shop --as churn --labels --link a=b --link=c=d", COMMAND)

    assert line.words == ("shop",)
    assert line.get("as") == "churn"
    assert line.has("labels")
    assert line.all("link") == ("a=b", "c=d")


def test_quotes_keep_spaces_together() -> None:
    assert parse_line("--as \"30 days\" 'two words'", COMMAND).get("as") == "30 days"
    assert parse_line("--as \"30 days\" 'two words'", COMMAND).words == ("two words",)


def test_everything_from_the_query_word_on_is_raw() -> None:
    line = parse_line("shop --as x PREDICT COUNT(a.* WHERE b = '--as {y} $z')", COMMAND)

    assert line.query == "PREDICT COUNT(a.* WHERE b = '--as {y} $z')"


def test_a_value_may_be_called_like_the_query_word() -> None:
    line = parse_line("--as predict PREDICT x", COMMAND)

    assert (line.get("as"), line.query) == ("predict", "PREDICT x")


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("--lables", "There is no option --lables. Did you mean --labels?"),
        ("--zzz", "There is no option --zzz. --help lists them."),
        ("--as", "--as needs a value: --as NAME."),
        ("--as --labels", "--as needs a value: --as NAME."),
        ("--labels=yes", "--labels takes no value."),
        ("--as a --as b", "--as is given twice."),
        ("--preset best", "--preset is not available in this version. Use --budget."),
        ("--as 'open", "The quote ' is never closed."),
    ],
)
def test_a_mistake_in_an_option_is_named(written, said) -> None:
    with pytest.raises(OptionError) as caught:
        parse_line(written, COMMAND)

    assert str(caught.value) == said


def test_help_lists_every_option() -> None:
    text = COMMAND.help()

    assert [f"--{option.name}" in text for option in COMMAND.options] == [True, True, True]
    assert parse_line("--help", COMMAND).has("help")
