from __future__ import annotations

from pathlib import Path

import pytest

from kworkbench.services.apart import MOST_APART, Apart, ApartError, load_apart, parse_apart

ACCOUNT, OTHER = "productive|embedded:||", "kantata|https://x|1|2"


def pair(one: int, other: int) -> frozenset[str]:
    return frozenset((f"expenses:{one}", f"expenses:{other}"))


@pytest.mark.parametrize("named", [True, False])
def test_a_group_put_aside_is_so_for_its_account_and_taken_back_by_any_of_its_ids(tmp_path: Path, named: bool) -> None:
    apart = Apart(tmp_path / "data" / "apart.toml" if named else None)
    apart.put(ACCOUNT, ["1", "2", "3"], "three")
    apart.put(ACCOUNT, ["7", "8"], "two")
    apart.put(ACCOUNT, ["8", "7"], "the same two")
    assert apart.pairs(ACCOUNT) == {pair(1, 2), pair(1, 3), pair(2, 3), pair(7, 8)}
    assert apart.pairs(OTHER) == frozenset()
    assert [apart.holds(ACCOUNT, each) for each in ("3", "4")] == [True, False]
    assert apart.take_back(ACCOUNT, ["2"]) == 1
    assert apart.pairs(ACCOUNT) == {pair(7, 8)}
    assert apart.take_back(ACCOUNT, ["2"]) == 0


def test_it_is_found_again_and_what_a_person_wrote_stays(tmp_path: Path) -> None:
    file = tmp_path / "apart.toml"
    Apart(file).put(ACCOUNT, ["1", "2"], 'a "hotel"')
    file.write_text(file.read_text() + "\n# two trains, one day\n" + f'[["{OTHER}"]]\nids = ["5", "6"]\n\n# the end\n')
    apart = Apart(file)
    assert apart.pairs(ACCOUNT) == {pair(1, 2)}
    assert apart.pairs(OTHER) == {pair(5, 6)}
    apart.put(ACCOUNT, ["3", "4"], "later")
    apart.take_back(ACCOUNT, ["1"])
    text = file.read_text()
    assert load_apart(file) == {ACCOUNT: (frozenset("34"),), OTHER: (frozenset("56"),)}
    assert "# two trains, one day" in text
    assert "# the end" in text
    assert "hotel" not in text


def test_two_windows_do_not_undo_each_other(tmp_path: Path) -> None:
    one, other = Apart(tmp_path / "apart.toml"), Apart(tmp_path / "apart.toml")
    assert other.pairs(ACCOUNT) == frozenset()
    one.put(ACCOUNT, ["1", "2"], "")
    other.put(ACCOUNT, ["3", "4"], "")
    one.take_back(ACCOUNT, ["9"])
    assert one.pairs(ACCOUNT) == {pair(1, 2), pair(3, 4)}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[[a]]\n", "line 1: ids is a list of ids in quotes"),
        ('[[a]]\nids = ["1", "2"]\n\n[[b]]\nids = ["1", "2"]\n\n[[a]]\nids = [1, 2]\n', "line 7: ids is a list"),
        ('[[a]]\nids = ["1", "1"]\n', "line 1: A group has 2 to 100 ids."),
        (f"[[a]]\nids = {[str(number) for number in range(MOST_APART + 1)]}\n", "A group has 2 to 100 ids."),
        ('# x\n[[a]]\nidds = ["1"]\n', "line 2: There is no key 'idds' in a group. Did you mean ids?"),
        ('# x\n[a]\nids = ["1", "2"]\n', 'line 2: Write [["a"]] above each group.'),
        ("a = [1]\n", "Write the ids of a group under a head of its own."),
        ("[[a]\n", "is not valid TOML"),
    ],
)
def test_a_mistake_is_named_puts_nothing_aside_and_loses_nothing(tmp_path: Path, text: str, said: str) -> None:
    file = tmp_path / "apart.toml"
    with pytest.raises(ApartError) as caught:
        parse_apart(text, file)
    assert str(file) in str(caught.value)
    assert said in str(caught.value)
    file.write_text(text)
    apart = Apart(file)
    assert apart.pairs("a") == frozenset()
    assert apart.problem == str(caught.value)
    for change in (lambda: apart.put("a", ["1", "2"], ""), lambda: apart.take_back("a", ["1"])):
        with pytest.raises(ApartError):
            change()
    assert file.read_text() == text


def test_a_file_mended_by_hand_is_used_at_the_next_change(tmp_path: Path) -> None:
    file = tmp_path / "apart.toml"
    file.write_text("[[a]]\n")
    apart = Apart(file)
    assert apart.problem
    file.write_text('[[a]]\nids = ["1", "2"]\n')
    apart.put("a", ["3", "4"], "")
    assert apart.problem == ""
    assert apart.pairs("a") == {pair(1, 2), pair(3, 4)}


def test_tables_written_in_another_way_are_left_to_the_person(tmp_path: Path) -> None:
    file = tmp_path / "apart.toml"
    file.write_text('a = [{ids = ["1", "2"]}]\n')
    apart = Apart(file)
    with pytest.raises(ApartError, match="Edit it by hand"):
        apart.take_back("a", ["1"])
    assert apart.pairs("a") == {pair(1, 2)}
