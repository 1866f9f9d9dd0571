"""Graph and entity table → which features its rows have, and the features themselves for some rows.

What is chosen goes by the order of links and columns, and by rows up to the cut, never by the rows asked for.
"""

from __future__ import annotations

from dataclasses import dataclass

from kumo_magic.features.column_reader import ColumnReader
from kumo_magic.features.companions import Companion, companion_features, companions_of
from kumo_magic.features.feature_block import FeatureBlock
from kumo_magic.features.history import (
    ahead_features,
    brief_number_features,
    count_features,
    number_features,
    share_features,
)
from kumo_magic.features.own_columns import row_features
from kumo_magic.features.relatives import parent_features
from kumo_magic.features.share_out import share_out
from kumo_magic.features.spans import AsOf, build_span
from kumo_magic.graph.link import Link

MOST_OWN = 40  # features
_MOST_PATHS = (6, 6)  # of one link, of two
_MOST_NUMBERS = (14, 6)  # columns, over all paths of one link, of two
_MOST_SHARES = (4, 1)
_MOST_AHEAD = (3, 1)
_MOST_ABOVE = (4, 1)  # columns of numbers and of categories in the rows that an entity's events point at
_MOST_COMPANIONS = 6
_MOST_COMPANION_NUMBERS = 30  # columns, over all companions
_VALUES = 5  # of each categorical column


@dataclass(frozen=True, slots=True, kw_only=True)
class PathRecipe:
    """A path into the entity table, and the columns at its far end that are read."""

    path: tuple[Link, ...]
    name: str
    numbers: tuple[str, ...]
    shares: tuple[str, ...]
    incomplete: frozenset[str]  # those columns of numbers that lack values up to the cut
    ahead: tuple[str, ...] = ()  # dates that are known with their rows
    numbers_above: tuple[tuple[Link, str], ...] = ()
    shares_above: tuple[tuple[Link, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """All that is read of the graph for a row of the entity table."""

    table: str
    paths: tuple[PathRecipe, ...]
    companions: tuple[tuple[Companion, int], ...]  # each with how many columns of numbers
    parents: tuple[Link, ...]


def build_recipe(reader: ColumnReader, table: str) -> Recipe:
    """Share the features that a table may have among its paths, companions and parents."""
    timeline = reader.timeline
    links = tuple(timeline.links)
    near, far = paths_into(links, table)
    words = {path[0]: path_words(links, path) for path in near}
    companions = companions_of(timeline, table, words)[:_MOST_COMPANIONS]
    wanted = [
        sum(len(reader.number_columns(link.table)) for link in companion.events(timeline)) for companion in companions
    ]
    return Recipe(
        table=table,
        paths=(*_path_recipes(reader, near), *_path_recipes(reader, far)),
        companions=tuple(zip(companions, share_out(wanted, _MOST_COMPANION_NUMBERS), strict=True)),
        parents=tuple(link for link in links if link.table == table),
    )


def describe(reader: ColumnReader, recipe: Recipe, at: AsOf, companions: dict[Companion, AsOf]) -> FeatureBlock:
    """The features of some rows.

    Args:
        reader: Of the columns.
        recipe: What is read.
        at: The rows and their anchors.
        companions: Those of each row.
    """
    block = FeatureBlock(len(at.rows))
    block.extend(row_features(reader, table=recipe.table, name=recipe.table, at=at), most=MOST_OWN)
    for path in recipe.paths:
        block.extend(_path_features(reader, path, at))
    for companion, most_numbers in recipe.companions:
        theirs = companions[companion]
        block.extend(
            companion_features(reader, companion=companion, at=at, companions=theirs, most_numbers=most_numbers)
        )
    for link in recipe.parents:
        block.extend(parent_features(reader, link=link, at=at), most=MOST_OWN)
    return block


def _path_recipes(reader: ColumnReader, paths: tuple[tuple[Link, ...], ...]) -> list[PathRecipe]:
    if not paths:
        return []
    links = tuple(reader.timeline.links)
    length = len(paths[0]) - 1
    paths = paths[: _MOST_PATHS[length]]
    tables = [path[-1].table for path in paths]
    numbers = share_out([len(reader.number_columns(table)) for table in tables], _MOST_NUMBERS[length])
    shares = share_out([len(reader.category_columns(table)) for table in tables], _MOST_SHARES[length])
    above = [
        [
            link
            for link in links
            if link.table == table and link not in path and not reader.timeline.is_temporal[link.parent]
        ]
        for path, table in zip(paths, tables, strict=True)
    ]
    numbers_above = [[(link, name) for link in ups for name in reader.number_columns(link.parent)] for ups in above]
    shares_above = [[(link, name) for link in ups for name in reader.category_columns(link.parent)] for ups in above]
    most_numbers_above = share_out([len(found) for found in numbers_above], _MOST_ABOVE[0])
    most_shares_above = share_out([len(found) for found in shares_above], _MOST_ABOVE[1])
    recipes = []
    for position, (path, table) in enumerate(zip(paths, tables, strict=True)):
        columns = reader.number_columns(table)[: numbers[position]]
        recipes.append(
            PathRecipe(
                path=path,
                name=path_words(links, path),
                numbers=columns,
                shares=reader.category_columns(table)[: shares[position]],
                ahead=reader.known_dates(table)[: _MOST_AHEAD[length]],
                incomplete=frozenset(column for column in columns if reader.has_missing(table, column)),
                numbers_above=tuple(numbers_above[position][: most_numbers_above[position]]),
                shares_above=tuple(shares_above[position][: most_shares_above[position]]),
            )
        )
    return recipes


def _path_features(reader: ColumnReader, recipe: PathRecipe, at: AsOf) -> FeatureBlock:
    timeline, name, table = reader.timeline, recipe.name, recipe.path[-1].table
    is_temporal = any(timeline.is_temporal[link.table] for link in recipe.path)
    span = build_span(timeline.along(recipe.path), at, is_temporal=is_temporal)
    block = count_features(reader, link=recipe.path[-1], name=name, span=span, at=at)
    for column in recipe.numbers:
        values = reader.numbers(table, column)
        if len(recipe.path) == 1:
            has_missing = column in recipe.incomplete
            block.extend(number_features(f"{name}.{column}", span, values, has_missing=has_missing))
        else:
            block.extend(brief_number_features(f"{name}.{column}", span, values))
    for column in recipe.ahead:
        block.extend(ahead_features(f"{name}.{column}", span, reader.dates_us(table, column), at))
    for column in recipe.shares:
        block.extend(share_features(f"{name}.{column}", span, reader.coded(table, column, _VALUES)))
    for link, column in recipe.numbers_above:
        words = f"{name}.{link.column} → {link.parent}.{column}"
        block.extend(brief_number_features(words, span, reader.numbers_above(link, column)))
    for link, column in recipe.shares_above:
        words = f"{name}.{link.column} → {link.parent}.{column}"
        block.extend(share_features(words, span, reader.coded_above(link, column, _VALUES)))
    return block


def paths_into(
    links: tuple[Link, ...], table: str
) -> tuple[tuple[tuple[Link, ...], ...], tuple[tuple[Link, ...], ...]]:
    """Links into the table, and pairs of links into it from two steps away.

    A table that links to the entity directly is not taken again the long way round.
    """
    near = [link for link in links if link.parent == table]
    direct = {link.table for link in near} | {table}
    return (
        tuple((link,) for link in near),
        tuple((link, far) for link in near for far in links if far.parent == link.table and far.table not in direct),
    )


def path_words(links: tuple[Link, ...], path: tuple[Link, ...]) -> str:
    """The tables on the path, with the column where two links join the same tables."""
    words = []
    for link in path:
        twins = [other for other in links if (other.table, other.parent) == (link.table, link.parent)]
        words.append(link.table if len(twins) == 1 else f"{link.table} ({link.column})")
    return " → ".join(words)
