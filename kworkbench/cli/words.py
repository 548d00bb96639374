"""click with this program's manners: free words may begin with a dash, and a mistake is told with the nearest name."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import ParamSpec, TypeVar

import click

from kworkbench.cli.state import Run
from kworkbench.domain.nearest import did_you_mean

P = ParamSpec("P")
R = TypeVar("R")
W = TypeVar("W", bound=StrEnum)


class Commands(click.Group):
    """A group that answers an unknown command with the nearest one."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """As click, with another message."""
        names = self.list_commands(ctx)
        if args and self.get_command(ctx, args[0]) is None and not args[0].startswith("-"):
            ctx.fail(f"There is no command {args[0]!r}. {did_you_mean(args[0], names)}")
        return super().resolve_command(ctx, args)


class WordsCommand(click.Command):
    """A command whose free words may look like `-3d` or `-category:travel`; only `--name` is an option.

    A word with two dashes that is no option is an error, so that a mistyped `--dry-run` never becomes a note.
    """

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """As click, with the words that begin with one dash left alone."""
        ctx.ignore_unknown_options = True
        valued = {name: not _is_flag(each) for each in self.get_params(ctx) for name in each.opts + each.secondary_opts}
        skip = False
        for arg in args:
            name, equals, _ = arg.partition("=")
            if skip:
                skip = False
            elif arg == "--":
                break
            elif name in valued:
                skip = valued[name] and not equals
            elif arg.startswith("--"):
                options = [known for known in valued if known.startswith("--")]
                ctx.fail(f"There is no option {name}. {did_you_mean(name, options)} Quote it after -- if it is text.")
        return super().parse_args(ctx, args)


def _is_flag(parameter: click.Parameter) -> bool:
    return isinstance(parameter, click.Option) and (parameter.is_flag or parameter.count)


def one_of(words: type[W]) -> Callable[[click.Context, click.Parameter, str | None], W | None]:
    """A callback that reads one of the words of an enumeration; another word is answered with the nearest."""

    def read(_ctx: click.Context, _param: click.Parameter, text: str | None) -> W | None:
        known = [word.value for word in words]
        if text is not None and text not in known:
            raise click.BadParameter(f"there is no {text!r}. {did_you_mean(text, known)}")
        return None if text is None else words(text)

    return read


def format_option(formats: type[W], default: W) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """`--format`, passed on as `way`."""
    return click.option(
        "--format",
        "way",
        callback=one_of(formats),
        default=default.value,
        metavar="|".join(word.value for word in formats),
        show_default=True,
        help="How it is printed.",
    )


def opening_options(command: Callable[P, R]) -> Callable[P, R]:
    """The options that stand before any command, accepted after it too."""
    for option in (
        click.option("--offline", is_flag=True, expose_value=False, callback=_offline, help="Send no request."),
        click.option("--read-only", is_flag=True, expose_value=False, callback=_read_only, help="Write nothing."),
        click.option("--connection", metavar="NAME", expose_value=False, callback=_connection, help="Which books."),
    ):
        command = option(command)
    return command


def _connection(ctx: click.Context, _: click.Parameter, value: str | None) -> None:
    ctx.ensure_object(Run).add(value, read_only=False, offline=False)


def _read_only(ctx: click.Context, _: click.Parameter, value: bool) -> None:
    ctx.ensure_object(Run).add(None, read_only=value, offline=False)


def _offline(ctx: click.Context, _: click.Parameter, value: bool) -> None:
    ctx.ensure_object(Run).add(None, read_only=False, offline=value)
