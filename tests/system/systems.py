"""Small systems as documents, made for one test each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from tests.workspaces import Checked, as_yaml, check, write

Document = dict[str, Any]

ALWAYS = {"source": "book", "evidence": "literature"}


def flow(kind: str = "product", unit: str = "kg", **more: Any) -> Document:
    place = {"compartment": "air"} if kind == "elementary" else {}
    return {"title": "A flow", "kind": kind, "unit": unit, **place, **more}


def process(name: str, product: str, amount: str, **more: Any) -> Document:
    return {"process": name, "title": name, "product": {"flow": product, "amount": amount}, **ALWAYS, **more}


def line(name: str, amount: str, **more: Any) -> Document:
    return {"flow": name, "amount": amount, **more}


def documents(
    flows: Mapping[str, Document],
    processes: Sequence[Document],
    demand: tuple[str, str],
    factors: Mapping[str, Any],
    study: Mapping[str, Any] | None = None,
    workspace: Mapping[str, Any] | None = None,
    extra: Sequence[Document] = (),
) -> list[Document]:
    """A workspace with one study and one indicator."""
    return [
        {"workspace": "test", "title": "Test", **ALWAYS, **(workspace or {})},
        {"sources": {"book": {"title": "A book"}}},
        {"flows": dict(flows)},
        *processes,
        *extra,
        {
            "study": "only",
            "title": "Study",
            "declared_unit": "one",
            "demand": {"flow": demand[0], "amount": demand[1]},
            "method": "simple",
            **(study or {}),
        },
        {
            "method": "simple",
            "title": "M",
            "indicators": {"score": {"title": "Score", "unit": "points", "factors": dict(factors)}},
        },
    ]


def solved(root: Path, made: Sequence[Mapping[str, Any]], *settings: str) -> Checked:
    """The workspace of these documents, checked."""
    write(root, {"inventories/all.yaml": as_yaml(made)})
    return check(root, *settings)


# --- random systems

#: Units in which the same amount can be written, with what one of them is in the first.
ALIKE = {
    "kg": {"kg": 1.0, "g": 1e-3, "t": 1e3, "mg": 1e-6},
    "kWh": {"kWh": 1.0, "MJ": 1 / 3.6, "GWh": 1e6, "J": 1 / 3.6e6},
    "L": {"L": 1.0, "m3": 1e3, "mL": 1e-3},
}


@st.composite
def random_systems(draw: st.DrawFn, feedback: bool = True) -> list[Document]:
    """Up to seven processes with cycles, two elementary flows, waste, some foreground, some with a loop of acid.

    With `feedback`, the supply chain may use products of the foreground.

    Every process needs less of the products of others than would use up its own: each column is dominated by its
    diagonal, so that the system has a solution without negative supply. The first process emits something.
    """
    count = draw(st.integers(2, 7))
    share = st.floats(0.0, 0.9 / count).map(lambda x: round(x, 5))
    amount = st.floats(0.01, 20).map(lambda x: round(x, 4))
    units = [draw(st.sampled_from(sorted(ALIKE))) for _ in range(count)]
    products = [draw(st.floats(0.5, 50).map(lambda x: round(x, 3))) for _ in range(count)]
    flows = {f"p{k}": flow(unit=unit) for k, unit in enumerate(units)}
    flows |= {
        "x": flow("elementary"),
        "y": flow("elementary", "kWh"),
        "slag": flow("waste"),
        "acid": flow(),
        "bought_acid": flow(),
    }
    foreground = draw(st.integers(0, count))
    acid_from = 0 if feedback else foreground
    acid_inputs = [line(f"p{acid_from}", f"0.01 {units[acid_from]}")] if acid_from < count else []
    processes = [
        process("slag_tip", "slag", "2 kg", emissions=[line("x", "0.5 kg")]),
        process("acid_maker", "bought_acid", "3 kg", inputs=acid_inputs, emissions=[line("y", "2 kWh")]),
        process("acid_in", "acid", "1 kg", inputs=[line("bought_acid", "1 kg")]),
        process("acid_out", "acid", "1 kg", emissions=[line("x", "0.25 kg")]),
    ]
    for k in range(count):
        others = range(0 if feedback or k < foreground else foreground, count)
        inputs = [
            line(f"p{j}", f"{draw(share) * products[k]!r} {units[j]}") for j in others if j != k and draw(st.booleans())
        ]
        outputs = [line("slag", f"{draw(amount)} kg")] if draw(st.booleans()) else []
        extra: Document = {}
        if k < foreground:
            extra["stage"] = draw(st.sampled_from(["front", "back"]))
            if inputs and draw(st.booleans()):
                inputs[0]["scope"] = draw(st.sampled_from(["2", "3.1", "3.4"]))
            if draw(st.booleans()):
                inputs.append(line("acid", f"{draw(amount)} kg", bin=draw(st.sampled_from(["one", "two"]))))
            if draw(st.booleans()):
                outputs.append(line("acid", f"{draw(amount)} kg", bin="one"))
        emissions = [
            line(name, f"{draw(amount)} {unit}")
            for name, unit in (("x", "kg"), ("y", "kWh"))
            if k == 0 or draw(st.booleans())
        ]
        processes.append(
            process(
                f"make_{k}",
                f"p{k}",
                f"{products[k]} {units[k]}",
                inputs=inputs,
                outputs=outputs,
                emissions=emissions,
                **extra,
            )
        )
    loop = {
        "loop": "acids",
        "title": "Acid",
        "substance": "HCl",
        "pools": {"acid": {"makeup": "acid_in", "surplus": "acid_out"}},
        "bins": {"one": "First", "two": "Second"},
    }
    factors = {"x": draw(st.floats(-2, 5).map(lambda x: round(x, 3))), "y": 0.7}
    return documents(flows, processes, ("p0", f"{draw(amount)} {units[0]}"), factors, extra=[loop])
