from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from kworkbench.domain.catalog import Resource
from kworkbench.domain.query import parse_query
from kworkbench.domain.resources import RESOURCES
from kworkbench.domain.views import SHIPPED, View, groupable
from kworkbench.providers import CATALOGS
from kworkbench.services.view_file import ViewFileError, load_views, parse_views, save_view
from kworkbench.services.view_state import LeftOff
from kworkbench.services.views import ViewPlaces, Views

TODAY = date(2026, 3, 4)
WRITTEN = """# my views
[expenses."train tickets"]
query = "category:travel train sort:-amount"  # newest last
columns = ["date", "text", "amount", "currency"]
group = "project"

# not wanted
[invoices.drafts]
shown = false
"""


def lists(name: str) -> list[Resource]:
    return [RESOURCES[name]]


def names(views: Views, resource: str) -> list[str]:
    return [view.name for view in views.of(resource)]


@pytest.mark.parametrize("view", [view for views in SHIPPED.values() for view in views], ids=lambda view: view.name)
def test_shipped_views_mean_something(view: View) -> None:
    resource = RESOURCES[view.resource]
    parse_query(view.query, resource, today=TODAY)
    assert not view.group or view.group in groupable(resource)


def test_without_files_the_shipped_views_stand_there_in_their_order() -> None:
    views = Views(lambda: TODAY)
    assert names(views, "invoices") == ["open", "overdue", "drafts", "cancelled with payments", "this month"]
    assert views.left_off("a") == LeftOff()


def test_a_file_adds_replaces_and_hides(tmp_path: Path) -> None:
    file = tmp_path / "views.toml"
    file.write_text(WRITTEN + '[invoices.open]\nquery = "status:open client:acme"\n')
    views = Views(lambda: TODAY, ViewPlaces(file, None))
    assert names(views, "invoices") == ["open", "overdue", "cancelled with payments", "this month"]
    assert views.of("invoices")[0].query == "status:open client:acme"
    tickets = views.of("expenses")[-1]
    assert tickets == View(
        "expenses",
        "train tickets",
        "category:travel train sort:-amount",
        ("date", "text", "amount", "currency"),
        "project",
    )


def test_saving_keeps_what_a_person_wrote(tmp_path: Path) -> None:
    file = tmp_path / "sub" / "views.toml"
    view = View("invoices", 'big "ones"', "total:>5000", ("number", "total", "currency"), "client")
    assert save_view(file, view, TODAY, lists) == (view,)
    file.write_text(WRITTEN)
    save_view(file, view, TODAY, lists)
    changed = View("expenses", "train tickets", "train")
    after = save_view(file, changed, TODAY, lists)
    text = file.read_text()
    assert "# my views" in text
    assert "# not wanted" in text
    assert {each.key for each in after} == {view.key, changed.key, ("invoices", "drafts")}
    assert load_views(file, TODAY, lists) == after


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[invoice.x]\n", "line 1: There is no list 'invoice'. Did you mean invoices?"),
        ("invoices = 3\n", "line 1: invoices holds views."),
        ('[invoices.x]\n\nqueri = ""\n', "line 3: There is no key 'queri' in a view. Did you mean query?"),
        (
            '[invoices.x]\nquery = "statis:open"\n',
            "line 2: query: Invoices have no field 'statis'. Did you mean status?",
        ),
        ("[invoices.x]\nquery = 3\n", "line 2: query: this is a text."),
        (
            '[invoices.x]\ncolumns = ["numbr"]\n',
            "line 2: columns: Invoices have no column 'numbr'. Did you mean number?",
        ),
        ('[invoices.x]\ncolumns = ["number", "number"]\n', "line 2: columns: number stands there twice."),
        ('[invoices.x]\ncolumns = "number"\n', "line 2: columns: this is a list of columns"),
        ('[expenses.x]\ngroup = "projekt"\n', "line 2: group: nothing is grouped by 'projekt'. Did you mean project?"),
        ('[invoices.x]\nshown = "no"\n', "line 2: shown: this is true or false"),
        (f"[invoices.{'x' * 61}]\n", "line 1: The name of a view has 1 to 60 characters."),
        ("[invoices\n", "is not valid TOML"),
    ],
)
def test_a_mistake_is_named_with_its_line_and_the_nearest_word(text: str, said: str) -> None:
    with pytest.raises(ViewFileError) as caught:
        parse_views(text, Path("views.toml"), TODAY, lists)
    assert "views.toml" in str(caught.value)
    assert said in str(caught.value)


def test_a_file_with_a_mistake_leaves_the_shipped_views_and_is_not_written(tmp_path: Path) -> None:
    file = tmp_path / "views.toml"
    file.write_text("[invoices.x]\nquer = 1\n")
    views = Views(lambda: TODAY, ViewPlaces(file, None))
    assert len(names(views, "invoices")) == 5
    assert "line 2" in views.problem
    with pytest.raises(ViewFileError):
        views.save(View("invoices", "y"))
    assert file.read_text() == "[invoices.x]\nquer = 1\n"


def test_where_lists_were_left_is_found_again(tmp_path: Path) -> None:
    file = tmp_path / "state" / "lists.json"
    left = LeftOff("expenses", {"expenses": View("expenses", "", "receipt:no", ("date", "amount"), "project")})
    Views(lambda: TODAY, ViewPlaces(None, file)).leave("a", left)
    again = Views(lambda: TODAY, ViewPlaces(None, file))
    assert again.left_off("a") == left
    assert again.left_off("b") == LeftOff()


@pytest.mark.parametrize(
    "text", ["", "[1]", '{"a": 3}', '{"a": {"resource": "x", "lists": {"invoices": 1, "y": {}}}}', "\udce4"]
)
def test_damaged_state_counts_as_none(tmp_path: Path, text: str) -> None:
    file = tmp_path / "lists.json"
    file.write_bytes(text.encode("utf-8", "surrogateescape"))
    assert Views(lambda: TODAY, ViewPlaces(None, file)).left_off("a") == LeftOff()


def test_a_view_may_use_the_filters_of_any_provider_but_not_of_none() -> None:
    def of_all(name: str) -> list[Resource]:
        return [catalog.resources[name].resource for catalog in CATALOGS.values()]

    file = Path("views.toml")
    text = (
        '[expenses.a]\nquery = "in_invoice:7 approval_status:rejected"\n[expenses.b]\nquery = "has_ref:yes mine:yes"\n'
    )
    assert [view.name for view in parse_views(text, file, TODAY, of_all)] == ["a", "b"]
    with pytest.raises(ViewFileError, match="have no field 'nonsense'"):
        parse_views('[expenses.a]\nquery = "nonsense:7"\n', file, TODAY, of_all)
    with pytest.raises(ViewFileError, match="in_invoice"):
        parse_views(text, file, TODAY, lists)
