"""Writes files in ecoSpold 1."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from xml.sax.saxutils import quoteattr

HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n<ecoSpold xmlns="http://www.EcoInvent.org/EcoSpold01">\n'


def attributes(**values: object) -> str:
    return "".join(f" {name}={quoteattr(str(value))}" for name, value in values.items() if value is not None)


def exchange(
    name: str, amount: object, unit: str = "kg", *, taken: object = None, given: object = None, **more: object
) -> str:
    group = f"<inputGroup>{taken}</inputGroup>" if taken is not None else ""
    group += f"<outputGroup>{given}</outputGroup>" if given is not None else ""
    return f"<exchange{attributes(name=name, meanValue=amount, unit=unit, **more)}>{group}</exchange>\n"


def allocation(product: object, percent: object, lines: Iterable[object]) -> str:
    references = "".join(f"<referenceToInputOutput>{line}</referenceToInputOutput>" for line in lines)
    return f"<allocation{attributes(referenceToCoProduct=product, fraction=percent)}>{references}</allocation>\n"


def data_set(
    number: object,
    name: str,
    amount: object,
    unit: str,
    lines: Iterable[str],
    *,
    location: str = "GLO",
    text: str = "",
    product: bool = True,
) -> str:
    """A data set; with `product`, its reference product is among its exchanges."""
    reference = exchange(name, amount, unit, given=0, number=number, location=location) if product else ""
    return (
        f"<dataset{attributes(number=number)}><metaInformation><processInformation>"
        f"<referenceFunction{attributes(name=name, amount=amount, unit=unit)}/>"
        f"<geography{attributes(location=location, text=text)}/>"
        "</processInformation></metaInformation>"
        f"<flowData>{reference}{''.join(lines)}</flowData></dataset>\n"
    )


def document(*data_sets: str) -> str:
    return HEAD + "".join(data_sets) + "</ecoSpold>\n"


def textbook(folder: Path) -> Path:
    """Heijungs and Suh (2002), section 2: 10 kWh need 2 kg of fuel and give 1 kg of carbon dioxide; 100 kg of fuel give
    10 kg, and here need 18 MJ (5 kWh) of electricity, so that each needs the other.
    """
    power = data_set(
        1,
        "electricity",
        10,
        "kWh",
        [
            exchange("fuel", 2, taken=5, number=2, location="GLO"),
            exchange("Carbon dioxide, fossil", 1, given=4, category="air", subCategory="unspecified", number=7),
        ],
    )
    fuel = data_set(
        2,
        "fuel",
        100,
        "kg",
        [
            exchange("electricity", 18, "MJ", taken=5, number=1, location="GLO"),
            exchange("Carbon dioxide, fossil", 10, given=4, category="air", subCategory="unspecified", number=7),
            exchange("Oil, crude", 50, taken=4, category="resource", subCategory="in ground", number=8),
        ],
    )
    path = folder / "textbook.xml"
    path.write_text(document(power, fuel), encoding="utf-8")
    return path
