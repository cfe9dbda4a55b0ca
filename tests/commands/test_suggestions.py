"""Whatever is misspelt on the command line gets the nearest that there is."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from lca.commands import main
from tests.works import FILES, INVENTORY

#: Two power stations that links choose between by place.
POWER = """\
---
process: wind_farm
title: Wind farm
source: book
evidence: literature
product: {flow: electricity, amount: 1 kWh}
---
links:
  - {flow: electricity, provider: power_station, when: {location: GB-NIR}}
  - {flow: electricity, provider: wind_farm, when: {location: [US, US-SRMW]}}
---
"""

#: What is typed, what is said, and the exit code.
TYPED = [
    ("reslts", "did you mean 'results'", 2),
    ("scenarios lst", "Did you mean 'list'", 2),
    ("export pct", "Did you mean 'pact'", 2),
    ("results --indicatr x", "--indicator", 2),
    ("results --basis markt", "Did you mean 'market'", 2),
    ("results --format jsn", "Did you mean 'json'", 2),
    ("contributions open/near --by stge", "Did you mean 'stage'", 2),
    ("completion bsh", "Did you mean 'bash'", 2),
    ("results --columns valu", "did you mean 'value'", 2),
    ("results --filter scenrio=open", "did you mean 'scenario'", 2),
    ("results open/naer", "did you mean: near", 1),
    ("results opn/near", "did you mean: open", 1),
    ("compare open/near lop/near", "did you mean: loop", 1),
    ("explain open/neer climate_change", "did you mean: near", 1),
    ("explain open/near climat_change", "did you mean: climate_change", 1),
    ("results --study yaer", "did you mean: year", 1),
    ("run yera", "did you mean: year", 1),
    ("results --indicator climat_change", "did you mean: climate_change", 1),
    ("methods show simpel", "did you mean: simple", 1),
    ("results --set site.distanc=1km", "did you mean: near.distance", 1),
    ("results --set naer.distance=1km", "did you mean: near.distance", 1),
    ("results --set site.distance=1kilometer", "did you mean: km", 1),
    ("results --set near.place=GB-NRI", "did you mean: GB-NIR", 1),
    ("sweep open/near --vary site.distanc=1km:2km", "did you mean: site.distance", 1),
    ("breakeven site.distance open/near loop/near --between 1km 2kilometer", "did you mean: km", 1),
    ("breakeven site.distance open/near loop/near 1km 2km", "--between 1km 2km", 2),
    ("get near.distnce", "did you mean: near.distance", 1),
    ("get near.distance --scenario open/naer", "did you mean: near", 1),
    ("find distnace", "did you mean `distance`", 0),
    ("sources acid_wroks", "did you mean `acid_works`", 0),
    ("set near.distnce=1km", "did you mean: near.distance", 1),
    ("set near.distance=400", "did you mean: 400 km", 1),
    ("set near.distance=400kkm", "did you mean: km", 1),
    ("set near.source=bok", "did you mean: book", 1),
    ("new proces boiler", "did you mean: process", 1),
    ("new site moon --like farr", "did you mean: far", 1),
    ("accounts bth", "did you mean: both", 1),
    ("export pact open/near --product oxid --out o", "there is no product `oxid`", 1),
    ("export pact open/near --product NdDy_oxide --out o", "did you mean: NdDy oxide", 1),
    ("export tables open/naer --out o", "did you mean: near", 1),
    ("products open/neer", "did you mean: near", 1),
    ("init x --template minmal", "Did you mean 'minimal'", 2),
    ("diff bundeld", "did you mean: bundled", 1),
]


@pytest.fixture(scope="module")
def works(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("works")
    for name, text in {**FILES, "inventories/all.yaml": INVENTORY + POWER.rstrip("-\n") + "\n"}.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
    return root


@pytest.mark.parametrize(("typed", "hint", "code"), TYPED, ids=[typed for typed, _, _ in TYPED])
def test_the_nearest_is_named(
    typed: str,
    hint: str,
    code: int,
    works: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(works)
    with pytest.raises(SystemExit) as stopped:
        main(typed.split())
    said = capsys.readouterr().err
    assert hint in said
    assert (stopped.value.code or 0) == code
    assert said.count(" error ") <= 1, "one mistake is told once"


def test_a_place_that_no_link_knows_is_told_once(works: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["results", "open/near", "-w", str(works), "--set", "near.place=GB-NRI"])
    assert capsys.readouterr().err.startswith("--set:1:12: error REE-N020: no link chooses who supplies electricity")


def test_an_option_is_set_where_it_is_chosen(works: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Of all scenarios of a study those of the site change; where none has it, that is said."""

    def values(*words: str) -> dict[str, float]:
        with pytest.raises(SystemExit):
            main(["results", "-w", str(works), "--basis", "market", "--format", "json", *words])
        return {row["scenario"]: row["value"] for row in json.loads(capsys.readouterr().out)}

    changed = {name: after - values()[name] for name, after in values("--set", "far.distance=2000 km").items()}
    assert changed == {"open/near": 0, "loop/near": 0, "open/far": pytest.approx(0.4)}
    with pytest.raises(SystemExit) as stopped:
        main(["results", "open/near", "-w", str(works), "--set", "far.distance=2000 km"])
    assert "REE-N011: setting `far.distance` changes nothing" in capsys.readouterr().err
    assert not stopped.value.code
