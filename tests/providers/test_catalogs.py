from __future__ import annotations

import subprocess
import sys
from datetime import date

import pytest

from kworkbench.domain.catalog import Control, Filter, ResourceCatalog, ValueType
from kworkbench.domain.changes import DAYS_OF_THE_SERVER
from kworkbench.domain.filters import with_filters
from kworkbench.domain.query import parse_query
from kworkbench.domain.query.fields import query_fields
from kworkbench.domain.resources import INVOICES, RESOURCES
from kworkbench.providers import CATALOGS, load

ALL = [
    pytest.param(catalog.resources[name], id=f"{catalog.provider}-{name}")
    for catalog in CATALOGS.values()
    for name in catalog.resources
]

NAMED = [
    pytest.param(catalog.provider, catalog.resources[name], id=f"{catalog.provider}-{name}")
    for catalog in CATALOGS.values()
    for name in catalog.resources
]

SAID_IN_FORMS = {
    "productive": """markup reimbursed_on pay_on paid_on vendor_id tax_rate_id tax_inclusion rejected_reason receipt_id
        purchase_order_id position note document_type_id subsidiary_id issuer_id parent_invoice_id
        purchase_order_number discount sent_on delivery_on tags footer tax1_name tax1_value tax2_name tax2_value
        export_invoice_url""".split(),
    "kantata": """vendor_id story_id expense_budget_id receipt_id payment_schedule lines expense_ids draft
        suppress_emails message purchase_order project_code tax_rate external_reference""".split(),
}
"""Values that only forms hold; lists have no column for them."""

SEED_FILTERS = {
    ("productive", "payments"): "invoice_id company_id project_id paid_after paid_before subsidiary_id",
    (
        "kantata",
        "payments",
    ): "created_after created_before invoice_id only updated_after updated_before user_id workspace_id",
    ("kantata", "expenses"): """approved created_after created_before created_by date_expensed_between
        external_reference_external_message external_reference_external_status external_reference_service_model
        external_reference_service_model_ref external_reference_service_model_refs external_reference_service_name
        external_reference_status from_archived_workspaces has_external_references in_active_invoice_id invoiced mine
        on_my_account only reimbursable submitted uninvoiced unsubmitted updated_after updated_before
        with_expense_approvals with_expense_report_id with_recent_expense_report_ids
        without_external_reference_service_name workspace_id""",
}


def wires(filters: tuple[Filter, ...]) -> list[str]:
    return [name for one in filters for name in one.wire.split(",")]


@pytest.mark.parametrize(("place", "names"), SEED_FILTERS.items())
def test_every_seed_filter_has_a_control(place: tuple[str, str], names: str) -> None:
    catalog = CATALOGS[place[0]].resources[place[1]]
    assert set(names.split()) <= set(wires(catalog.filters))


@pytest.mark.parametrize("catalog", ALL)
def test_filters_are_named_once_and_answered_by_real_fields(catalog: ResourceCatalog) -> None:
    names = [one.name for one in catalog.filters]
    fields = {field.name for field in catalog.resource.known}
    assert len(names) == len(set(names))
    assert len(wires(catalog.filters)) == len(set(wires(catalog.filters)))
    for one in catalog.filters:
        assert one.on_cache is None or one.on_cache in fields
        assert one.name not in fields or one.on_cache == one.name
        assert all(option.means for option in one.options) or not any(option.means for option in one.options)
        assert one.on_cache is None or not any(option.means for option in one.options)


@pytest.mark.parametrize("catalog", ALL)
def test_every_filter_is_a_word_of_the_query_line_and_says_how_it_is_evaluated(catalog: ResourceCatalog) -> None:
    words = {field.name: field for field in query_fields(catalog.resource)}
    for one in catalog.filters:
        field = words[one.name]
        assert field.asked == one.only_server
        assert field.compared == (one.on_cache or one.name)
        assert dict(field.means) == {option.word: option.means for option in one.options if option.means}
        for option in one.options:
            for text in option.means:
                assert parse_query(text, RESOURCES[catalog.resource.name], today=date(2026, 3, 4)).terms


def test_a_word_that_is_a_field_already_or_finds_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="due is a field already"):
        with_filters(INVOICES, (Filter("due", "pay_on", Control.DATES, "dates", on_cache="issued"),), ())
    with pytest.raises(ValueError, match="no record has tags"):
        with_filters(INVOICES, (Filter("tags", "tags", Control.TEXT, "text", on_cache="tags"),), ())


@pytest.mark.parametrize(("provider", "catalog"), NAMED)
def test_forms_name_fields_that_a_record_has(provider: str, catalog: ResourceCatalog) -> None:
    fields = {field.name for field in catalog.resource.known} | set(SAID_IN_FORMS[provider])
    for field in catalog.form:
        assert field.key in fields
        assert (field.type is ValueType.REFERENCE) == (field.picker is not None)
        assert not (field.keys and field.type is not ValueType.KEYED)
    assert len({field.name for field in catalog.form}) == len(catalog.form)
    assert bool(catalog.form) == (catalog.creates == "")


@pytest.mark.parametrize(("provider", "catalog"), NAMED)
def test_actions_are_tables_that_fit_their_resource(provider: str, catalog: ResourceCatalog) -> None:
    actions = catalog.actions()
    fields = {field.name for field in catalog.resource.known} | set(SAID_IN_FORMS[provider])
    related = {kind.name for kind in CATALOGS[provider].related} | set(CATALOGS[provider].resources)
    assert len({action.name for action in actions}) == len(actions)
    assert len({action.title for action in actions}) == len(actions)
    for action in actions:
        assert {lock.field for lock in action.locks} | set(action.expects) | {action.together} <= {*fields, ""}
        assert set(action.days) <= fields & DAYS_OF_THE_SERVER
        assert all(field.picker is None or field.picker in related for field in action.fields(1))
        assert all(field.wire for field in action.fields(1))
        assert (action.bulk is None) == (action.most == 0)
        assert not (action.whole and not action.together)
        assert action.about[:1].islower()
        if action.request is None:  # an ordinary edit: what it sets is what the form can set
            written = {field.key for field in catalog.form if field.on_update}
            assert {*action.sets, *(field.key for field in action.asks)} <= written


@pytest.mark.parametrize("catalog", ALL)
def test_what_is_never_sent_again_by_itself_can_be_taken_back_first(catalog: ResourceCatalog) -> None:
    assert all(action.held for action in catalog.actions() if action.unrepeatable)


@pytest.mark.parametrize("catalog", ALL)
def test_sorts_and_locks_name_fields(catalog: ResourceCatalog) -> None:
    fields = {field.name for field in catalog.resource.known}
    assert set(catalog.sorts or {}) <= fields
    assert {lock.field for lock in catalog.locks} <= fields


def test_both_vendors_load_with_their_own_tables() -> None:
    assert {name: load(name).catalog.provider for name in CATALOGS} == {
        "kantata": "kantata",
        "productive": "productive",
    }
    with pytest.raises(KeyError):
        load("another")


def test_tables_import_without_pydantic() -> None:
    code = "import sys, kworkbench.providers; sys.exit('pydantic' in sys.modules or 'httpx' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize("name", CATALOGS)
def test_requests_and_refusals_need_no_pydantic(name: str) -> None:
    code = f"""
import sys
from kworkbench.providers import load
from kworkbench.providers.base import Response
provider = load({name!r})
provider.who(), provider.list_page("invoices", 1, 50)
provider.read_refusal("expenses", Response(422, {{}}, b'{{"errors": [{{"message": "no"}}]}}'))
sys.exit("pydantic" in sys.modules)"""
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize("catalog", ALL)
def test_reasons_fit_the_line_of_a_review_at_80_columns(catalog: ResourceCatalog) -> None:
    locks = [*catalog.locks, *catalog.edit_locks, *(lock for action in catalog.actions() for lock in action.locks)]
    assert all(len(lock.reason) <= 60 for lock in locks)
    assert all(lock.reason.endswith(".") for lock in locks)


SEED_INCLUDES = {
    "payments": "invoice user workspace",
    "expenses": """active_submission recent_submission expense_category external_references receipt role story user
        vendor workspace""",
}


@pytest.mark.parametrize("name", SEED_INCLUDES)
def test_kantata_names_every_include_that_its_seeds_document(name: str) -> None:
    includes = CATALOGS["kantata"].resources[name].includes
    assert sorted(each.name for each in includes) == sorted(SEED_INCLUDES[name].split())


@pytest.mark.parametrize("catalog", ALL)
def test_a_list_asks_for_what_its_table_of_includes_says(catalog: ResourceCatalog) -> None:
    provider = next(each.provider for each in CATALOGS.values() if catalog in each.resources.values())
    asked = dict(load(provider).list_page(catalog.resource.name, 1, 200).query)["include"].split(",")
    assert asked == [path for each in catalog.includes for path in each.asked]
    assert asked
    assert all(path.split(".")[0] == each.name for each in catalog.includes for path in each.asked)
